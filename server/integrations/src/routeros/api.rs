//! A router whichever door it is spoken to through: the same commands, the same answers, the same complaints.

use super::{Answer, Client, Command, Door, Following, Limits, Login, Rest, RouterError};

/// A connection to a router.
pub enum Api {
    /// The binary API, with or without TLS.
    Binary(Client),
    /// REST, since 7.1.
    Rest(Box<Rest>),
}

impl Api {
    /// Connects by the binary API and signs in.
    pub async fn open(door: &Door, login: &Login, limits: Limits) -> Result<Self, RouterError> {
        Client::open(door, login, limits).await.map(Api::Binary)
    }

    /// Connects by REST and signs in.
    pub async fn open_rest(door: &Door, login: &Login, limits: Limits) -> Result<Self, RouterError> {
        Ok(Api::Rest(Box::new(Rest::open(door, login, limits).await?)))
    }

    /// Asks and waits for the whole answer. A complaint of the router is an error of kind `Trap`.
    pub async fn ask(&self, command: &Command) -> Result<Answer, RouterError> {
        match self {
            Api::Binary(client) => client.ask(command).await,
            Api::Rest(rest) => rest.ask(command).await,
        }
    }

    /// Asks for something that goes on until it is dropped; `None`: REST has no such thing.
    pub async fn follow(&self, command: &Command) -> Result<Option<Following>, RouterError> {
        match self {
            Api::Binary(client) => client.follow(command).await.map(Some),
            Api::Rest(_) => Ok(None),
        }
    }

    /// Has the connection ended?
    pub fn is_over(&self) -> bool {
        match self {
            Api::Binary(client) => client.is_over(),
            // It connects anew for the next command.
            Api::Rest(_) => false,
        }
    }
}
