//! Where pages are made. Templates of the product are set in this process, off the threads that serve; what an ISP wrote
//! itself is set in a process apart, which has no files, little memory, and is ended when it takes too long.

use integrations::documents::{Complaint, Job, LARGEST_FRAME, Order, Output, Printed, order_frames, print, print_together, read_answer};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;

/// How long a template of an ISP may take for one document.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long a process apart waits for its next document.
const IDLE: Duration = Duration::from_secs(30);

/// Why there are no pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The template is wrong, and where.
    Template(Complaint),
    /// It took too long or too much memory.
    TooMuch,
    /// A fault of ours.
    Fault(String),
}

/// The presses of this server. Cheap to clone.
#[derive(Clone)]
pub struct Press {
    inner: Arc<Inner>,
}

struct Inner {
    /// The command that serves documents apart. Without one a thread does, which keeps the time but not the memory.
    command: Option<(PathBuf, Vec<String>)>,
    patience: Duration,
    /// One document a core.
    lanes: Semaphore,
    /// Processes apart at a time, and those that wait for work.
    apart: Semaphore,
    idle: Mutex<Vec<Apart>>,
}

struct Apart {
    number: u64,
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Default for Press {
    fn default() -> Self {
        Self::new(None, PATIENCE)
    }
}

impl Press {
    /// `command`: the program and arguments that serve documents apart. `patience`: how long one of them may take.
    pub fn new(command: Option<(PathBuf, Vec<String>)>, patience: Duration) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let inner = Inner { command, patience, lanes: Semaphore::new(cores), apart: Semaphore::new(2), idle: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Prints one document. `trusted`: its template came with the product.
    pub async fn print(&self, job: Job, output: Output, trusted: bool) -> Result<Printed, Failure> {
        if !trusted {
            return self.print_apart(job, output).await;
        }
        let _lane = self.inner.lanes.acquire().await.map_err(|error| Failure::Fault(error.to_string()))?;
        let work = tokio::task::spawn_blocking(move || print(&job, output));
        work.await.map_err(|fault| Failure::Fault(fault.to_string()))?.map_err(Failure::Template)
    }

    /// Prints documents into one PDF; all of them with templates of the product.
    pub async fn print_together(&self, jobs: Vec<Job>, identity: String) -> Result<(Printed, Vec<Option<Complaint>>), Failure> {
        let _lane = self.inner.lanes.acquire().await.map_err(|error| Failure::Fault(error.to_string()))?;
        let work = tokio::task::spawn_blocking(move || print_together(&jobs, &identity));
        work.await.map_err(|fault| Failure::Fault(fault.to_string()))?.map_err(Failure::Template)
    }

    async fn print_apart(&self, job: Job, output: Output) -> Result<Printed, Failure> {
        let _lane = self.inner.apart.acquire().await.map_err(|error| Failure::Fault(error.to_string()))?;
        let Some(command) = &self.inner.command else { return on_a_thread(job, output, self.inner.patience).await };
        let mut apart = match self.idle().pop() {
            Some(apart) => apart,
            None => start(command)?,
        };
        let order = Order { job, output };
        match tokio::time::timeout(self.inner.patience, exchange(&mut apart, &order)).await {
            Ok(Ok(answer)) => {
                self.keep(apart);
                answer.map_err(Failure::Template)
            }
            // It went down over this document: out of memory, or worse.
            Ok(Err(error)) => {
                tracing::warn!(%error, "a template of an ISP ended its press");
                let _ = apart.child.start_kill();
                Err(Failure::TooMuch)
            }
            Err(_) => {
                let _ = apart.child.start_kill();
                Err(Failure::TooMuch)
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Apart>> {
        self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a process for the next document, but not for ever.
    fn keep(&self, apart: Apart) {
        let (press, number) = (self.clone(), apart.number + 1);
        self.idle().push(Apart { number, ..apart });
        tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            // Dropping it ends it. One that worked meanwhile has another number.
            press.idle().retain(|apart| apart.number != number);
        });
    }
}

fn start((program, arguments): &(PathBuf, Vec<String>)) -> Result<Apart, Failure> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Failure::Fault(format!("the press apart does not start: {error}")))?;
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Failure::Fault("the press apart has no pipes".into()));
    };
    // A start that no other process of this server shares.
    let number = u64::from(child.id().unwrap_or_default()) << 32;
    Ok(Apart { number, child, input, output })
}

async fn exchange(apart: &mut Apart, order: &Order) -> std::io::Result<Result<Printed, Complaint>> {
    let (head, logo) = order_frames(order)?;
    for frame in [head, logo] {
        let length = u32::try_from(frame.len()).map_err(|_| std::io::Error::other("a frame is too long"))?;
        apart.input.write_all(&length.to_be_bytes()).await?;
        apart.input.write_all(&frame).await?;
    }
    apart.input.flush().await?;
    let head = frame(&mut apart.output).await?;
    let bytes = frame(&mut apart.output).await?;
    read_answer(&head, bytes)
}

async fn frame(output: &mut ChildStdout) -> std::io::Result<Vec<u8>> {
    let length = usize::try_from(output.read_u32().await?).unwrap_or(usize::MAX);
    if length > LARGEST_FRAME {
        return Err(std::io::Error::other("a frame is too long"));
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// A thread that takes too long is left to itself: nothing waits for it.
async fn on_a_thread(job: Job, output: Output, patience: Duration) -> Result<Printed, Failure> {
    let (done, result) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || done.send(print(&job, output)));
    match tokio::time::timeout(patience, result).await {
        Ok(Ok(answer)) => answer.map_err(Failure::Template),
        Ok(Err(_)) => Err(Failure::Fault("the press broke".into())),
        Err(_) => Err(Failure::TooMuch),
    }
}
