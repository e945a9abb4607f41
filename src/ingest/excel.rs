//! Reads the first sheet of a workbook, row by row.
//!
//! It must not promise more than a workbook holds: its numbers are binary, with 15 to 17 digits, and are written out as the shortest
//! decimal that means the same; a field that needs more digits must be a text in the sheet.

use super::error::IngestError;
use super::finding::{malformed, with_help};
use super::flat::{Row, Rows};
use super::input::{Meter, Metered};
use crate::record::RecordFinding;
use calamine::{Cell, Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto_from_rs};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::HashSet;
use std::io::{BufRead, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// The most rows that are read; no sheet of Excel has more.
const MAX_ROWS: u32 = 1_048_576;

/// The most columns that are read; no sheet of Excel has more.
const MAX_COLUMNS: u32 = 16_384;

/// The largest workbook that is read, in units of 1,048,576 bytes.
const MAX_MEBIBYTES: usize = 256;

/// How many rows are read ahead.
const ROWS_AHEAD: usize = 256;

type Workbook = Sheets<Metered<Cursor<Arc<[u8]>>>>;

/// The rows of a sheet, read by a thread of their own: what reads cells borrows from the workbook, and cannot be kept beside it.
pub(super) struct ExcelRows {
    rows: Receiver<Result<SheetRow, RecordFinding>>,
    moments: HashSet<usize>,
}

/// The cells of a row that are not empty, with their columns from 0 in ascending order.
#[derive(Debug, Default)]
struct SheetRow {
    number: u32,
    cells: Vec<(u32, Value)>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    /// A number or the like, written plainly.
    Typed(String),
    Moment(NaiveDateTime),
}

impl ExcelRows {
    /// Opens a workbook; the first row with a value in it is the header.
    pub(super) fn new(head: Vec<u8>, rest: impl BufRead, meter: &Meter, name: &str) -> Result<(Self, Row), IngestError> {
        let mut bytes = head;
        let limit = MAX_MEBIBYTES * 1024 * 1024;
        rest.take((limit + 1) as u64).read_to_end(&mut bytes).map_err(|error| IngestError::Unreadable { name: name.to_owned(), error })?;
        if bytes.len() > limit {
            return Err(IngestError::TooLarge { name: name.to_owned(), limit: MAX_MEBIBYTES, kind: "a workbook" });
        }
        meter.restart();
        let broken = |message: String| IngestError::Malformed { name: name.to_owned(), expected: "a workbook that can be read", message };
        let workbook: Workbook =
            open_workbook_auto_from_rs(Metered::new(Cursor::new(Arc::from(bytes)), meter)).map_err(|error| broken(error.to_string()))?;
        let sheet = first_sheet(&workbook).ok_or_else(|| broken("it has no sheet with cells".to_owned()))?;
        let (sender, rows) = sync_channel(ROWS_AHEAD);
        std::thread::spawn(move || send_rows(workbook, &sheet, &sender));
        let mut rows = Self { rows, moments: HashSet::new() };
        let mut header = Row::default();
        match rows.next_row(&mut header) {
            None => Err(IngestError::NoHeader { name: name.to_owned() }),
            Some(Ok(())) => Ok((rows, header)),
            Some(Err(finding)) => Err(broken(finding.message)),
        }
    }
}

impl Rows for ExcelRows {
    fn next_row(&mut self, row: &mut Row) -> Option<Result<(), RecordFinding>> {
        // The channel closes after the last row.
        let found = self.rows.recv().ok()?;
        Some(found.map(|sheet_row| {
            row.start(u64::from(sheet_row.number) + 1);
            for (column, value) in &sheet_row.cells {
                let column = *column as usize;
                while row.len() < column {
                    row.push("", false);
                }
                match value {
                    Value::Text(text) => row.push(text, false),
                    Value::Typed(text) => row.push(text, true),
                    Value::Moment(moment) => row.push(&written(*moment, self.moments.contains(&column)), true),
                }
            }
        }))
    }

    fn knows_moments(&mut self, columns: HashSet<usize>) {
        self.moments = columns;
    }

    fn is_ragged(&self) -> bool {
        true
    }
}

fn first_sheet(workbook: &Workbook) -> Option<String> {
    let sheets = workbook.sheets_metadata();
    let with_cells = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let visible = with_cells().find(|sheet| sheet.visible == SheetVisible::Visible);
    visible.or_else(|| with_cells().next()).map(|sheet| sheet.name.clone())
}

/// Collects cells into rows and sends them on.
struct Collector<'a> {
    sender: &'a SyncSender<Result<SheetRow, RecordFinding>>,
    row: SheetRow,
}

/// Nobody wants more rows, or there are too many.
struct Enough;

fn send_rows(workbook: Workbook, sheet: &str, sender: &SyncSender<Result<SheetRow, RecordFinding>>) {
    let mut collector = Collector { sender, row: SheetRow::default() };
    let read = match workbook {
        Sheets::Xlsx(mut book) => book.worksheet_cells_reader(sheet).map_err(|error| error.to_string()).and_then(|mut cells| {
            collector.take_all(std::iter::from_fn(|| cells.next_cell().map_err(|error| error.to_string()).transpose()))
        }),
        Sheets::Xlsb(mut book) => book.worksheet_cells_reader(sheet).map_err(|error| error.to_string()).and_then(|mut cells| {
            collector.take_all(std::iter::from_fn(|| cells.next_cell().map_err(|error| error.to_string()).transpose()))
        }),
        mut other => other.worksheet_range(sheet).map_err(|error| error.to_string()).and_then(|range| {
            let (top, left) = range.start().unwrap_or_default();
            collector.take_all(range.used_cells().map(|(row, column, data)| {
                let position = (top.saturating_add(row as u32), left.saturating_add(column as u32));
                Ok(Cell::new(position, shared(data)))
            }))
        }),
    };
    if let Err(message) = read {
        let line = u64::from(collector.row.number) + 1;
        // Where nobody listens any more, nobody misses it.
        let _ = sender.send(Err(malformed(line, format!("the sheet cannot be read from this row on: {message}"))));
    }
}

impl Collector<'_> {
    fn take_all<'a>(&mut self, cells: impl Iterator<Item = Result<Cell<DataRef<'a>>, String>>) -> Result<(), String> {
        for cell in cells {
            let cell = cell?;
            if self.take(cell.get_position(), cell.get_value()).is_err() {
                return Ok(());
            }
        }
        // Where nobody listens any more, nobody misses it.
        let _ = self.send();
        Ok(())
    }

    fn take(&mut self, (row, column): (u32, u32), data: &DataRef<'_>) -> Result<(), Enough> {
        let Some(value) = value(data).filter(|_| column < MAX_COLUMNS) else { return Ok(()) };
        if row != self.row.number {
            self.send()?;
            self.row.number = row;
        }
        if row >= MAX_ROWS {
            let finding = malformed(u64::from(row) + 1, format!("the sheet has more than the {MAX_ROWS} rows that are read"));
            let _ = self.sender.send(Err(with_help(finding, "save it as `CSV UTF-8`, which is read in any size")));
            return Err(Enough);
        }
        match self.row.cells.last() {
            // A sound sheet has its cells in order; what comes again or too late is left out.
            Some((last, _)) if *last >= column => {}
            _ => self.row.cells.push((column, value)),
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Enough> {
        let number = self.row.number;
        let row = std::mem::take(&mut self.row);
        self.row.number = number;
        if row.cells.is_empty() { Ok(()) } else { self.sender.send(Ok(row)).map_err(|_| Enough) }
    }
}

fn shared(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// What a cell holds; `None` where it is empty. An error such as `#N/A` is its text, so that a mapping can take it for missing.
fn value(data: &DataRef<'_>) -> Option<Value> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Value::Text(text.to_owned()));
    match data {
        DataRef::Empty => None,
        DataRef::Int(number) => Some(Value::Typed(number.to_string())),
        DataRef::Float(number) => Some(Value::Typed(decimal(*number))),
        DataRef::String(written) => text(written),
        DataRef::SharedString(written) => text(written),
        DataRef::Bool(value) => Some(Value::Typed(value.to_string())),
        DataRef::DateTime(moment) => Some(moment_value(moment)),
        DataRef::DateTimeIso(iso) => Some(iso_moment(iso).map_or_else(|| Value::Typed(iso.clone()), Value::Moment)),
        DataRef::DurationIso(iso) => Some(Value::Typed(iso.clone())),
        DataRef::Error(error) => Some(Value::Text(error.to_string())),
    }
}

/// The shortest decimal that means the same binary number.
fn decimal(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

fn moment_value(written: &ExcelDateTime) -> Value {
    let unread = || Value::Typed(decimal(written.as_f64()));
    if written.is_duration() {
        return written.as_duration().map_or_else(unread, |span| Value::Typed(format!("PT{}S", span.num_seconds())));
    }
    match written.as_datetime() {
        // A time of day without a day counts from the day before the first.
        Some(moment) if written.as_f64() < 1.0 => Value::Typed(moment.time().to_string()),
        Some(moment) => Value::Moment(moment),
        None => unread(),
    }
}

fn iso_moment(text: &str) -> Option<NaiveDateTime> {
    let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
    text.parse::<NaiveDateTime>().ok().or_else(day)
}

/// A moment as text. A sheet does not tell a day from its midnight; only a column for moments writes midnight out.
fn written(moment: NaiveDateTime, with_time: bool) -> String {
    if moment.time() == NaiveTime::MIN && !with_time {
        moment.date().to_string()
    } else {
        moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
    }
}
