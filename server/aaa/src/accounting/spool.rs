//! Reports on this server's own disk, for as long as the database is away: appended and synced before anybody is told
//! that they are safe, read back in the order they came. One file for each writer; a record that was torn by a power
//! cut was never acknowledged and is cut off.

use chrono::{DateTime, Utc};
use domain::{IspId, NasId};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// A report as it came, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Counts up within a spool; the database remembers how far it has read.
    pub number: i64,
    pub at: DateTime<Utc>,
    pub isp: IspId,
    pub nas: NasId,
    pub packet: Box<[u8]>,
}

const MAGIC: &[u8; 8] = b"LMSPOOL1";
const HEADER: u64 = 24;
/// Number, time, ISP, server.
const FIXED: usize = 48;
const LONGEST: usize = FIXED + 4096;
/// A disk that fills up stops more than accounting: beyond this, reports are not taken and come again.
const MOST: u64 = 4 << 30;

pub(super) struct Spool {
    path: PathBuf,
    file: File,
    /// Anew each time the file is emptied, so that numbers may begin again.
    id: Uuid,
    next: i64,
    /// Where the next record is written.
    end: u64,
    /// Where the first record stands that is not in the database yet, as far as this run knows.
    start: u64,
}

impl Spool {
    /// Opens a spool, or makes one; what a former run left in it is there to be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut spool = Self { path: path.to_path_buf(), file, id: Uuid::nil(), next: 1, end: HEADER, start: HEADER };
        let mut header = [0; HEADER as usize];
        spool.file.seek(SeekFrom::Start(0))?;
        let known = spool.file.read_exact(&mut header).is_ok() && header[..8] == MAGIC[..];
        if !known {
            spool.clear()?;
            return Ok(spool);
        }
        spool.id = Uuid::from_slice(&header[8..]).map_err(io::Error::other)?;
        spool.recover()?;
        Ok(spool)
    }

    /// Finds the end of what was written whole.
    fn recover(&mut self) -> io::Result<()> {
        loop {
            let (records, end) = self.read_from(self.end, 4_096)?;
            let Some(last) = records.last() else { break };
            (self.next, self.end) = (last.number + 1, end);
        }
        self.file.set_len(self.end)
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Is everything in the database?
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Appends reports; safe when this returns.
    pub fn append(&mut self, reports: impl Iterator<Item = (DateTime<Utc>, IspId, NasId, Box<[u8]>)>) -> io::Result<()> {
        let (mut bytes, mut next) = (Vec::new(), self.next);
        for (at, isp, nas, packet) in reports {
            let mut body = Vec::with_capacity(FIXED + packet.len());
            body.extend_from_slice(&next.to_be_bytes());
            body.extend_from_slice(&at.timestamp_micros().to_be_bytes());
            body.extend_from_slice(isp.0.as_bytes());
            body.extend_from_slice(nas.0.as_bytes());
            body.extend_from_slice(&packet);
            let length = u32::try_from(body.len()).map_err(io::Error::other)?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(&check(&body).to_be_bytes());
            bytes.extend_from_slice(&body);
            next += 1;
        }
        let end = self.end + bytes.len() as u64;
        if end > MOST {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.file.seek(SeekFrom::Start(self.end))?;
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => (self.next, self.end) = (next, end),
            // Half of it may be there; it was not acknowledged, so it may not be read back.
            Err(_) => self.file.set_len(self.end)?,
        }
        written
    }

    /// The next records, and where those after them begin.
    pub fn read(&mut self, most: usize) -> io::Result<(Vec<Record>, u64)> {
        self.read_from(self.start, most)
    }

    /// The records before `start` are in the database.
    pub fn done(&mut self, start: u64) -> io::Result<()> {
        self.start = start;
        if self.is_empty() { self.clear() } else { Ok(()) }
    }

    /// Keeps a record that the database will not take, for a person to look at.
    pub fn set_apart(&self, record: &Record) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(self.path.with_extension("refused"))?;
        let hex = record.packet.iter().fold(String::new(), |text, octet| text + &format!("{octet:02x}"));
        writeln!(file, "{} {} {} {hex}", record.at.to_rfc3339(), record.isp, record.nas)?;
        file.sync_data()
    }

    fn clear(&mut self) -> io::Result<()> {
        let id = Uuid::now_v7();
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&[MAGIC.as_slice(), id.as_bytes()].concat())?;
        self.file.sync_all()?;
        (self.id, self.next, self.end, self.start) = (id, 1, HEADER, HEADER);
        Ok(())
    }

    /// Reads whole records; stops at the first that is not.
    fn read_from(&mut self, from: u64, most: usize) -> io::Result<(Vec<Record>, u64)> {
        self.file.seek(SeekFrom::Start(from))?;
        let mut reader = io::BufReader::new(&self.file);
        let (mut records, mut at) = (Vec::new(), from);
        while records.len() < most {
            let mut head = [0; 8];
            if reader.read_exact(&mut head).is_err() {
                break;
            }
            let [a, b, c, d, e, f, g, h] = head;
            let (length, wanted) = (u32::from_be_bytes([a, b, c, d]) as usize, u32::from_be_bytes([e, f, g, h]));
            let mut body = vec![0; length.min(LONGEST)];
            if !(FIXED..=LONGEST).contains(&length) || reader.read_exact(&mut body).is_err() || check(&body) != wanted {
                break;
            }
            let Some(record) = record(&body) else { break };
            at += 8 + length as u64;
            records.push(record);
        }
        Ok((records, at))
    }
}

fn record(body: &[u8]) -> Option<Record> {
    let number = i64::from_be_bytes(body.get(..8)?.try_into().ok()?);
    let at = DateTime::from_timestamp_micros(i64::from_be_bytes(body.get(8..16)?.try_into().ok()?))?;
    let isp = Uuid::from_slice(body.get(16..32)?).ok()?;
    let nas = Uuid::from_slice(body.get(32..48)?).ok()?;
    Some(Record { number, at, isp: isp.into(), nas: nas.into(), packet: body.get(FIXED..)?.into() })
}

/// FNV-1a: tells a torn record, not a forged one.
fn check(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, octet| (hash ^ u32::from(*octet)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        std::env::temp_dir().join(format!("lastmile-spool-{}", Uuid::now_v7().simple()))
    }

    fn reports(from: u8, many: u8) -> impl Iterator<Item = (DateTime<Utc>, IspId, NasId, Box<[u8]>)> {
        let at = DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap();
        (from..from + many).map(move |n| (at, IspId(Uuid::from_u128(1)), NasId(Uuid::from_u128(2)), vec![n; 20 + usize::from(n)].into()))
    }

    fn firsts(records: &[Record]) -> Vec<u8> {
        records.iter().map(|record| record.packet[0]).collect()
    }

    #[test]
    fn what_is_written_is_read_in_order_also_by_the_next_run() {
        let path = folder().join("writer-0.spool");
        let mut spool = Spool::open(&path).unwrap();
        assert!(spool.is_empty());
        spool.append(reports(1, 3)).unwrap();
        spool.append(reports(4, 2)).unwrap();
        let (first, after) = spool.read(2).unwrap();
        assert_eq!(firsts(&first), [1, 2]);
        spool.done(after).unwrap();
        assert_eq!(firsts(&spool.read(10).unwrap().0), [3, 4, 5]);
        let id = spool.id();
        drop(spool);
        // The next run begins at the beginning: the database knows how far it has read.
        let mut spool = Spool::open(&path).unwrap();
        assert_eq!(spool.id(), id);
        let (all, after) = spool.read(10).unwrap();
        assert_eq!((firsts(&all), all.iter().map(|record| record.number).collect::<Vec<_>>()), (vec![1, 2, 3, 4, 5], vec![1, 2, 3, 4, 5]));
        spool.append(reports(6, 1)).unwrap();
        spool.done(after).unwrap();
        assert_eq!(spool.read(10).unwrap().0[0].number, 6);
        let (_, after) = spool.read(10).unwrap();
        spool.done(after).unwrap();
        assert!(spool.is_empty() && spool.id() != id);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_torn_end_is_cut_off_wherever_it_is_torn() {
        let path = folder().join("writer-0.spool");
        let mut spool = Spool::open(&path).unwrap();
        spool.append(reports(1, 2)).unwrap();
        let whole = spool.end;
        spool.append(reports(3, 1)).unwrap();
        let bytes = fs::read(&path).unwrap();
        drop(spool);
        for end in whole as usize..bytes.len() {
            fs::write(&path, &bytes[..end]).unwrap();
            let mut spool = Spool::open(&path).unwrap();
            assert_eq!(firsts(&spool.read(10).unwrap().0), [1, 2], "torn at {end}");
            spool.append(reports(9, 1)).unwrap();
            assert_eq!(firsts(&spool.read(10).unwrap().0), [1, 2, 9]);
        }
        let mut damaged = bytes.clone();
        damaged[bytes.len() - 1] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(firsts(&Spool::open(&path).unwrap().read(10).unwrap().0), [1, 2]);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
