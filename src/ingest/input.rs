//! The bytes of a source: how many were read, what they begin with, and one line after the other.
//!
//! It must not know records, nor hold more of a source than one record.

use super::error::IngestError;
use super::format::Format;
use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that one record may have.
pub(super) const MAX_RECORD_BYTES: usize = 16 * 1024 * 1024;

/// How much is looked at to find out what a source is.
const HEAD_BYTES: u64 = 64 * 1024;

/// Counts the bytes that are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

/// A reader whose bytes are counted.
#[derive(Debug, Clone)]
pub(super) struct Metered<R> {
    reader: R,
    meter: Meter,
}

/// A text from its first byte, after a byte order mark.
pub(super) type Text = Box<dyn BufRead + Send>;

/// A text, one line after the other; lines can be given back until the next [`Lines::release`].
pub(super) struct Lines {
    text: Text,
    buffer: Vec<u8>,
    // INVARIANT: at most `buffer.len()`; what is before it has been handed out.
    at: usize,
    line: u64,
    // How many lines the text has given so far; more than `line` while lines are given back.
    taken: u64,
}

/// What there is to read next.
pub(super) enum Line {
    /// A line, at this range of [`Lines::bytes`], with its line break.
    Whole(std::ops::Range<usize>),
    /// A line longer than the most that is read; it was left out.
    TooLong,
}

/// A place between two lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    line: u64,
}

impl Meter {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Begins to count anew, for a source that is read twice.
    #[cfg(feature = "xlsx")]
    pub(super) fn restart(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl<R> Metered<R> {
    pub(super) fn new(reader: R, meter: &Meter) -> Self {
        Self { reader, meter: meter.clone() }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(bytes)?;
        self.meter.add(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.meter.add(bytes);
        self.reader.consume(bytes);
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// Reads the beginning of a source, to its first line break outside of quotes, and says what kind of file it is.
pub(super) fn head(reader: &mut impl BufRead, path: &Path) -> io::Result<(Vec<u8>, Format)> {
    let mut head = Vec::new();
    while (head.len() as u64) < HEAD_BYTES {
        let read = reader.by_ref().take(HEAD_BYTES - head.len() as u64).read_until(b'\n', &mut head)?;
        let quotes = head.iter().filter(|byte| **byte == b'"').count();
        if read == 0 || (quotes % 2 == 0 && !head.trim_ascii().is_empty()) {
            break;
        }
    }
    let format = Format::of(path, &head);
    Ok((head, format))
}

/// Puts the beginning of a source back, without its byte order mark, after holding it against other encodings.
pub(super) fn text(head: Vec<u8>, rest: impl BufRead + Send + 'static, name: &str) -> Result<Text, IngestError> {
    let refuse = |found| Err(IngestError::NotUtf8 { name: name.to_owned(), found });
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return refuse("UTF-16");
    }
    if head.contains(&0) {
        return refuse("binary or UTF-16: it holds zero bytes");
    }
    let mut start = Cursor::new(head);
    if start.get_ref().starts_with(b"\xEF\xBB\xBF") {
        start.set_position(3);
    }
    Ok(Box::new(start.chain(rest)))
}

impl Lines {
    pub(super) fn new(text: Text) -> Self {
        Self { text, buffer: Vec::new(), at: 0, line: 0, taken: 0 }
    }

    /// The number of the line that was handed out last, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes of a range that was handed out since the last release.
    pub(super) fn bytes(&self, range: &std::ops::Range<usize>) -> &[u8] {
        self.buffer.get(range.clone()).unwrap_or_default()
    }

    /// Forgets what was handed out.
    pub(super) fn release(&mut self) {
        if self.at >= self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
        } else if self.at > MAX_RECORD_BYTES / 8 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
    }

    /// The place after the last line that was handed out.
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at, line: self.line }
    }

    /// Goes back to a place that was marked since the last release.
    pub(super) fn go_back(&mut self, mark: Mark) {
        self.at = mark.at;
        self.line = mark.line;
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let start = self.at;
        if let Some(rest) = self.buffer.get(start..).filter(|rest| !rest.is_empty()) {
            // What was given back always ends with a whole line.
            self.at += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
            self.line += 1;
            return Ok(Some(Line::Whole(start..self.at)));
        }
        let read = self.text.by_ref().take(MAX_RECORD_BYTES as u64).read_until(b'\n', &mut self.buffer)?;
        if read == 0 {
            return Ok(None);
        }
        self.taken += 1;
        self.line = self.taken;
        if read >= MAX_RECORD_BYTES && !self.buffer.ends_with(b"\n") {
            self.buffer.truncate(start);
            self.skip_line()?;
            return Ok(Some(Line::TooLong));
        }
        self.at = self.buffer.len();
        Ok(Some(Line::Whole(start..self.at)))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let (length, ends) = {
                let bytes = self.text.fill_buf()?;
                match bytes.iter().position(|byte| *byte == b'\n') {
                    Some(end) => (end + 1, true),
                    None => (bytes.len(), bytes.is_empty()),
                }
            };
            self.text.consume(length);
            if ends {
                return Ok(());
            }
        }
    }
}
