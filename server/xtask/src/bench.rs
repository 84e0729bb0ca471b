//! Figures: those of the build, the start and a server at rest come from here, all others from the server's own `bench`.
//! Standard output carries `name value unit` lines and nothing else.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::command::{self, Server};
use crate::e2e::{self, Running};
use crate::front;
use crate::layout::{Layout, Scratch, database_owner};
use crate::serve;

#[derive(Args)]
pub struct Bench {
    /// One of them: `wasm`, `start`, `memory`, or what `lastmile bench --help` lists.
    name: Option<String>,
}

/// What begins with a server has then been done.
const UNTIL_REST: Duration = Duration::from_secs(10);

pub fn run(layout: &Layout, bench: &Bench) -> Result<()> {
    let wanted = |name: &str| bench.name.as_deref().is_none_or(|asked| asked == name);
    serve::build(layout)?;
    if wanted("wasm") {
        front::sizes(layout)?.print();
    }
    if wanted("start") || wanted("memory") {
        start(layout)?;
    }
    if bench.name.as_deref().is_none_or(|asked| !["wasm", "start", "memory"].contains(&asked)) {
        in_server(layout, bench.name.as_deref())?;
    }
    Ok(())
}

fn in_server(layout: &Layout, name: Option<&str>) -> Result<()> {
    let data = layout.scratch("bench", database_owner()?)?;
    let mut server = serve::server(layout);
    e2e::on_free_ports(server.arg("bench").args(name), &data.path);
    command::run(&mut server)
}

fn start(layout: &Layout) -> Result<()> {
    let data = Running::start(layout, &layout.server(), &["serve", "--demo"])?.stop();
    let (first_byte, idle) = first_byte(layout, &data)?;
    println!("start.serve_ms {first_byte:.0} ms");
    println!("memory.idle_mb {idle:.0} MB");
    println!("start.up_s {:.1} s", second_up(layout, &data)?);
    Ok(())
}

/// From starting the program, with its database, to the first byte of its first page, in milliseconds; and what the
/// program without its database takes of the memory once it has come to rest, in MB.
fn first_byte(layout: &Layout, data: &Scratch) -> Result<(f64, f64)> {
    forget_ready(data)?;
    let started = Instant::now();
    let mut server = e2e::start(layout, &layout.server(), &data.path, &["serve"])?;
    let ready = e2e::read_ready(&data.path, &mut server)?;
    read_first_byte(&ready)?;
    let took = started.elapsed().as_secs_f64() * 1000.0;
    std::thread::sleep(UNTIL_REST);
    Ok((took, resident_mb(ready["pid"].as_u64().context("ready.json names no pid")?)?))
}

fn resident_mb(process: u64) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a process without memory")?;
    let kilobytes: f64 = line.split_whitespace().next().context("no figure")?.parse()?;
    Ok(kilobytes / 1024.0)
}

/// A second `./dev up`, when nothing has changed, to the moment it says that it is ready.
fn second_up(layout: &Layout, data: &Scratch) -> Result<f64> {
    forget_ready(data)?;
    let started = Instant::now();
    let mut up = Server::start(&layout.root.join("dev"), |dev| {
        dev.arg("up").stdout(std::io::stderr()).process_group(0);
        e2e::on_free_ports(dev, &data.path);
    })?;
    e2e::read_ready(&data.path, &mut up)?;
    Ok(started.elapsed().as_secs_f64())
}

fn forget_ready(data: &Scratch) -> Result<()> {
    let file = e2e::ready_file(&data.path);
    if file.exists() {
        fs::remove_file(file)?;
    }
    Ok(())
}

fn read_first_byte(ready: &Value) -> Result<()> {
    let url = ready["url"].as_str().context("ready.json names no url")?;
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).unwrap_or(80);
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    write!(connection, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut first = [0; 12];
    connection.read_exact(&mut first)?;
    if !first.starts_with(b"HTTP/1.1 2") && !first.starts_with(b"HTTP/1.1 3") {
        bail!("the first page answered {}", String::from_utf8_lossy(&first));
    }
    Ok(())
}
