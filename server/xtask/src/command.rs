//! Running other programs: says what failed, says how long it took, stops what was started.
//! Decides nothing about what to run.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The project's own cargo, in the checkout.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

/// A program that the kernel asks to stop should this process die first: it would otherwise go on without its database.
pub fn bound(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]).arg(program);
    command
}

/// Says what is about to happen and afterwards how long it took, on standard error.
pub fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {what}");
    let started = Instant::now();
    let done = work()?;
    eprintln!("    {:.1} s", started.elapsed().as_secs_f64());
    Ok(done)
}

pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {}", name(command)))?;
    succeeded(command, status)
}

/// For a program whose output is not the result: standard output stays for figures.
pub fn run_to_stderr(command: &mut Command) -> Result<()> {
    run(command.stdout(Stdio::from(std::io::stderr())))
}

pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting {}", name(command)))?;
    succeeded(command, output.status)?;
    Ok(String::from_utf8(output.stdout)?)
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} failed ({status})", name(command));
    }
    Ok(())
}

/// The program and its first words, as a person would recognise it.
fn name(command: &Command) -> String {
    let bound = command.get_program() == "setpriv";
    let mut words = std::iter::once(command.get_program()).chain(command.get_args()).skip(if bound { 3 } else { 0 });
    let program = words.next().unwrap_or_default();
    let program = Path::new(program).file_name().unwrap_or(program);
    let words = words.take(3).filter(|word| word.len() < 40);
    std::iter::once(program).chain(words).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Through the shell, which has `kill` built in: the program of that name is not everywhere.
pub fn signal(name: &str, child: &Child) -> Result<()> {
    let process = child.id().to_string();
    run(Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &process]))
}

/// A server of ours, asked to stop when this goes, and stopped by the kernel should we die first.
pub struct Server {
    child: Child,
}

impl Server {
    pub fn start(program: &Path, prepare: impl FnOnce(&mut Command)) -> Result<Self> {
        let mut command = bound(program);
        command.stdin(Stdio::null());
        prepare(&mut command);
        let child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        Ok(Self { child })
    }

    /// The contents of the file that says it is ready.
    pub fn wait_ready(&mut self, file: &Path, limit: Duration) -> Result<serde_json::Value> {
        let started = Instant::now();
        loop {
            if let Some(ready) = std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok()) {
                return Ok(ready);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended before it was ready ({status})");
            }
            if started.elapsed() > limit {
                bail!("the server was not ready within {} s", limit.as_secs());
            }
            sleep(Duration::from_millis(2));
        }
    }

    fn stop(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        signal("TERM", &self.child)?;
        let started = Instant::now();
        while self.child.try_wait()?.is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                self.child.kill()?;
                self.child.wait()?;
                bail!("the server did not stop within 20 s");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("dev: {error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_program_and_its_first_words() {
        let error = run(Command::new("/bin/sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 3"), "{error}");
        assert!(error.contains('3'), "{error}");
    }

    #[test]
    fn a_bound_program_is_called_by_its_own_name() {
        assert_eq!(name(bound("/usr/bin/npx").arg("playwright")), "npx playwright");
    }

    #[test]
    fn a_server_that_ends_early_is_told_at_once() {
        let mut server = Server::start(Path::new("/bin/false"), |_| {}).unwrap();
        let error = server.wait_ready(Path::new("/nonexistent"), Duration::from_secs(5)).unwrap_err();
        assert!(error.to_string().contains("ended before"), "{error}");
    }

    #[test]
    fn a_server_stops_when_it_goes_out_of_scope() {
        let server = Server::start(Path::new("/bin/sleep"), |command| {
            command.arg("60");
        })
        .unwrap();
        let process = format!("/proc/{}", server.child.id());
        drop(server);
        assert!(!Path::new(&process).exists());
    }
}
