//! Why no record at all can be read from a source.
//!
//! It must not be used for a single record: a bad line is a finding, and the next line is read.

use crate::diagnostic::Code;

/// A source that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be opened or read.
    #[error("`{name}` cannot be read: {error}")]
    Unreadable {
        /// The source.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The text is not UTF-8.
    #[error("`{name}` is not UTF-8, but {found}")]
    NotUtf8 {
        /// The source.
        name: String,
        /// What it is instead.
        found: &'static str,
    },
    /// The file is larger than its format can be read.
    #[error("`{name}` is larger than the {limit} MiB that are read of {kind}")]
    TooLarge {
        /// The source.
        name: String,
        /// The limit in units of 1,048,576 bytes.
        limit: usize,
        /// What kind of file has this limit.
        kind: &'static str,
    },
    /// There is no line with the names of the columns.
    #[error("`{name}` has no header line: it is empty")]
    NoHeader {
        /// The source.
        name: String,
    },
    /// The lines end in a way that is not read.
    #[error("the lines of `{name}` end with carriage returns alone")]
    CarriageReturns {
        /// The source.
        name: String,
    },
    /// A file as a whole is not what its format says.
    #[error("`{name}` is not {expected}: {message}")]
    Malformed {
        /// The source.
        name: String,
        /// What it should be.
        expected: &'static str,
        /// What is wrong.
        message: String,
    },
    /// The program was built without this format.
    #[error("`{name}` is a workbook, and this program was built without reading workbooks")]
    NoExcel {
        /// The source.
        name: String,
    },
}

impl IngestError {
    /// What kind of finding it is.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            IngestError::Unreadable { .. } => Code::MissingFile,
            IngestError::NotUtf8 { .. } | IngestError::CarriageReturns { .. } => Code::NotUtf8,
            IngestError::TooLarge { .. } => Code::FileTooLarge,
            IngestError::NoHeader { .. } | IngestError::Malformed { .. } | IngestError::NoExcel { .. } => Code::MalformedRecord,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            IngestError::Unreadable { .. } | IngestError::Malformed { .. } => None,
            IngestError::NotUtf8 { .. } => Some("save it as UTF-8; spreadsheets call it `CSV UTF-8`"),
            IngestError::TooLarge { .. } => Some("CSV and JSON Lines are read in any size"),
            IngestError::NoHeader { .. } => Some("the first line of a CSV file names its columns"),
            IngestError::CarriageReturns { .. } => Some("save it with the line ends of Windows or Unix"),
            IngestError::NoExcel { .. } => Some("save the sheet as `CSV UTF-8`"),
        }
    }
}
