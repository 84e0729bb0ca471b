//! The press in a process of its own, for templates that somebody else wrote: it takes jobs on its standard input and
//! gives pages on its standard output. It limits its own memory; whoever started it ends it when a job takes too long.

use super::press::{Complaint, Job, Output, Printed, print};
use nix::sys::resource::{Resource, setrlimit};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// Fonts, library and a long statement take about 150 MB.
const MEMORY: u64 = 768 * 1024 * 1024;
/// No frame is longer: a PDF of 500 pages stays far below.
pub const LARGEST_FRAME: usize = 256 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
pub struct Order {
    pub job: Job,
    pub output: Output,
}

/// What is answered before the bytes of the pages.
#[derive(Serialize, Deserialize)]
pub struct Answer {
    pub result: Result<usize, Complaint>,
}

/// An order as the frames that are sent: itself, then its logo.
pub fn order_frames(order: &Order) -> io::Result<(Vec<u8>, Vec<u8>)> {
    Ok((serde_json::to_vec(order)?, order.job.logo.as_deref().unwrap_or_default().to_vec()))
}

/// What two frames of an answer say.
pub fn read_answer(head: &[u8], bytes: Vec<u8>) -> io::Result<Result<Printed, Complaint>> {
    let answer: Answer = serde_json::from_slice(head)?;
    Ok(answer.result.map(|pages| Printed { bytes, pages }))
}

/// Serves until standard input ends.
pub fn serve_apart() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY).map_err(io::Error::from)?;
    // It writes no file, whatever it is told.
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0).map_err(io::Error::from)?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(mut order) = read_frame::<Order>(&mut input)? {
        let logo = read_bytes(&mut input)?.unwrap_or_default();
        order.job.logo = (!logo.is_empty()).then(|| logo.into());
        let (result, bytes) = match print(&order.job, order.output) {
            Ok(printed) => (Ok(printed.pages), printed.bytes),
            Err(complaint) => (Err(complaint), Vec::new()),
        };
        write_bytes(&mut output, &serde_json::to_vec(&Answer { result })?)?;
        write_bytes(&mut output, &bytes)?;
        output.flush()?;
    }
    Ok(())
}

fn read_frame<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    Ok(match read_bytes(input)? {
        Some(bytes) => Some(serde_json::from_slice(&bytes)?),
        None => None,
    })
}

fn read_bytes(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > LARGEST_FRAME {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

fn write_bytes(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a frame is too long"))?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(bytes)
}
