//! What can go wrong below: a constraint said no (by its name), the database is away, or something that is a fault.

/// Result of every storage function.
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A constraint or unique index refused, named as in the migrations.
    #[error("constraint {0} refused")]
    Constraint(String),
    /// No answer from the database: the caller may try again.
    #[error("the database does not answer")]
    Away(#[source] sqlx::Error),
    /// Whoever asks may only read; or the database is a standby, which nobody can write to.
    #[error("nothing can be written here")]
    ReadOnly,
    /// The role this server was given could see through the ISP lock.
    #[error("the database role {0} is a superuser or bypasses row-level security; give Lastmile a plain role that owns its database")]
    UnsafeRole(String),
    #[error("the migrations could not be applied")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("a stored value is not what it must be: {0}")]
    Corrupt(String),
    #[error("database fault")]
    Fault(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                if let Some(constraint) = database.constraint() {
                    return Error::Constraint(constraint.to_string());
                }
                // 08: connection, 57P: shutting down, 53: out of resources
                let code = database.code().unwrap_or_default();
                if code == "25006" {
                    return Error::ReadOnly;
                }
                let away = code.starts_with("08") || code.starts_with("57P") || code.starts_with("53");
                if away { Error::Away(error) } else { Error::Fault(error) }
            }
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                Error::Away(error)
            }
            _ => Error::Fault(error),
        }
    }
}

impl Error {
    /// The database took longer than the caller could wait.
    pub fn away() -> Self {
        Error::Away(sqlx::Error::PoolTimedOut)
    }

    /// True when the same call may succeed later.
    pub fn is_away(&self) -> bool {
        matches!(self, Error::Away(_) | Error::ReadOnly)
    }

    /// Did this constraint (or unique index) refuse?
    pub fn is_constraint(&self, name: &str) -> bool {
        matches!(self, Error::Constraint(constraint) if constraint == name)
    }
}

/// A text column that must hold one of our own words.
pub(crate) fn known<T>(value: Option<T>, what: &str, text: &str) -> Result<T> {
    value.ok_or_else(|| Error::Corrupt(format!("{what} {text}")))
}
