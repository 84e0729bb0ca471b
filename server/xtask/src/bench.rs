//! Figures: the two that are about the build and the start come from here, all others from the server's own `bench`.
//! Standard output carries `name value unit` lines and nothing else.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::time::Instant;

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
    /// One of them: `wasm`, `start`, or what `lastmile bench --help` lists.
    name: Option<String>,
}

pub fn run(layout: &Layout, bench: &Bench) -> Result<()> {
    let wanted = |name: &str| bench.name.as_deref().is_none_or(|asked| asked == name);
    serve::build(layout)?;
    if wanted("wasm") {
        front::sizes(layout)?.print();
    }
    if wanted("start") {
        start(layout)?;
    }
    if bench.name.as_deref().is_none_or(|asked| !["wasm", "start"].contains(&asked)) {
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
    println!("start.serve_ms {:.0} ms", first_byte(layout, &data)?);
    println!("start.up_s {:.1} s", second_up(layout, &data)?);
    Ok(())
}

/// From starting the program, with its database, to the first byte of its first page.
fn first_byte(layout: &Layout, data: &Scratch) -> Result<f64> {
    forget_ready(data)?;
    let started = Instant::now();
    let mut server = e2e::start(layout, &layout.server(), &data.path, &["serve"])?;
    let ready = e2e::read_ready(&data.path, &mut server)?;
    read_first_byte(&ready)?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
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
