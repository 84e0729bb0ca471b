//! People who sign in, and their sessions.
