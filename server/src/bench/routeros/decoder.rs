//! Sentences a second: ours and librouteros' on the bytes that a router with 5,000 secrets sent.

use super::{PASSWORD, USER, switch_on};
use crate::bench::print;
use anyhow::{Context, Result};
use integrations::routeros::{Command, Decoder};
use std::hint::black_box;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SECRETS: usize = 5_000;
/// Ours goes over the bytes for so long.
const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// Reads the file once, as it reads a router; says how many sentences a second.
const LIBROUTEROS: &str = r#"
import sys, time
from librouteros.protocol import ApiProtocol
class Bytes:
    def __init__(self, data): self.data, self.at = data, 0
    def read(self, length):
        self.at += length
        return self.data[self.at - length:self.at]
data = open(sys.argv[1], "rb").read()
protocol, count, started = ApiProtocol(Bytes(data), "utf-8"), 0, time.perf_counter()
while protocol.transport.at < len(data):
    protocol.readSentence()
    count += 1
print(count, int(count / (time.perf_counter() - started)))
"#;

pub async fn bench() -> Result<()> {
    let captured = capture().await?;
    let started = Instant::now();
    let mut sentences = 0u64;
    let mut once = 0u64;
    while started.elapsed() < LONG_ENOUGH {
        once = decode(&captured)?;
        sentences += once;
    }
    let ours = sentences as f64 / started.elapsed().as_secs_f64();
    print("routeros.decode_sentences", once, "sentences");
    print("routeros.decode_per_s", ours as u64, "1/s");
    let path = std::env::temp_dir().join(format!("lastmile-routeros-{}.bin", std::process::id()));
    std::fs::write(&path, &captured)?;
    let python = std::env::var("LASTMILE_PYTHON").unwrap_or_else(|_| "python3".into());
    let output = tokio::process::Command::new(python).args(["-c", LIBROUTEROS]).arg(&path).output().await;
    std::fs::remove_file(&path)?;
    let said = output.ok().filter(|output| output.status.success()).map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let Some(said) = said else {
        eprintln!("librouteros is not installed: no peer to compare with");
        return Ok(());
    };
    let mut figures = said.split_whitespace().map(str::parse::<u64>);
    let (count, theirs) = (figures.next().context("no count")??, figures.next().context("no figure")??);
    anyhow::ensure!(count == once, "librouteros read {count} sentences and we {once}");
    print("routeros.librouteros_decode_per_s", theirs, "1/s");
    print("routeros.decode_over_librouteros", format!("{:.1}", ours / theirs.max(1) as f64), "times");
    Ok(())
}

/// In pieces, as they come from a socket; every word becomes a text of its own, as librouteros makes it, though the product
/// reads most of them where they are.
fn decode(captured: &[u8]) -> Result<u64> {
    let (mut decoder, mut count) = (Decoder::default(), 0);
    for piece in captured.chunks(16_384) {
        decoder.buffer().extend_from_slice(piece);
        while let Some(sentence) = decoder.next_sentence()? {
            let words: Vec<String> = sentence.words().map(|word| String::from_utf8(word.to_vec())).collect::<Result<_, _>>()?;
            black_box(words);
            count += 1;
        }
    }
    Ok(count)
}

/// What a router sends when it is asked for all its secrets.
async fn capture() -> Result<Vec<u8>> {
    let router = switch_on("tower").await?;
    router.at_console(|tree| {
        for number in 0..SECRETS {
            let (name, address) = (format!("subscriber{number}"), format!("10.{}.{}.2", number / 256, number % 256));
            let values = [("name", name.as_str()), ("password", "a-password"), ("service", "pppoe"), ("remote-address", address.as_str())];
            tree.put("/ppp/secret", &values, true);
        }
    });
    let mut stream = TcpStream::connect(router.address()).await?;
    let login = Command::new("/login").with("name", USER).with("password", PASSWORD);
    stream.write_all(&login.encode(None)).await?;
    stream.write_all(&Command::new("/ppp/secret/print").encode(Some(7))).await?;
    let (mut captured, mut decoder, mut read) = (Vec::new(), Decoder::default(), 0);
    while read < SECRETS + 2 {
        let mut room = [0; 16_384];
        let length = stream.read(&mut room).await?;
        anyhow::ensure!(length > 0, "the router hung up");
        captured.extend_from_slice(&room[..length]);
        decoder.buffer().extend_from_slice(&room[..length]);
        while decoder.next_sentence()?.is_some() {
            read += 1;
        }
    }
    Ok(captured)
}
