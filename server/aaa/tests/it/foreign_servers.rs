//! FreeRADIUS of Debian as another program: before us, as a router that is told things, and as one that answers the
//! same questions.

use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs until it is dropped, and takes its files with it.
pub struct FreeRadius {
    child: Child,
    pub folder: PathBuf,
}

impl Drop for FreeRadius {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lastmile-{name}-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl FreeRadius {
    /// Starts it with the files of `folder`. `None`: it is not installed.
    pub fn start(folder: &Path) -> Option<Self> {
        let program = ["/usr/sbin/freeradius", "/usr/sbin/radiusd"].into_iter().find(|path| Path::new(path).exists())?;
        let mut command = Command::new(program);
        let mut child = command.arg("-f").arg("-d").arg(folder).args(["-l", "stdout"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let ready = line.contains("Ready to process requests");
            said.push(line);
            if ready {
                // What it says from now on has to go somewhere, or it stops when the pipe is full.
                std::thread::spawn(move || lines.for_each(drop));
                return Some(Self { child, folder: folder.to_path_buf() });
            }
        }
        let _ = child.wait();
        panic!("FreeRADIUS did not start:\n{}", said.join("\n"));
    }

    /// The same with a configuration of the test's own: what every one needs, and `rest`.
    pub fn of(name: &str, rest: &str, files: &[(&str, &str)]) -> Option<Self> {
        let folder = scratch(name);
        let rest = rest.replace("@FOLDER@", &folder.display().to_string());
        std::fs::write(folder.join("radiusd.conf"), COMMON.replace("@FOLDER@", &folder.display().to_string()) + &rest).unwrap();
        std::fs::write(folder.join("dictionary"), "$INCLUDE /usr/share/freeradius/dictionary\n").unwrap();
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let started = Self::start(&folder);
        if started.is_none() {
            let _ = std::fs::remove_dir_all(&folder);
        }
        started
    }
}

const COMMON: &str = r#"prefix = /usr
libdir = /usr/lib/freeradius
logdir = @FOLDER@
run_dir = @FOLDER@
max_request_time = 30
cleanup_delay = 5
hostname_lookups = no
log {
	destination = stdout
	auth = no
}
security {
	max_attributes = 200
	reject_delay = 0
	status_server = yes
}
thread pool {
	start_servers = 2
	max_servers = 8
}
"#;
