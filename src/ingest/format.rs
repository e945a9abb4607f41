//! The kinds of files that records are read from, and how a file shows its kind.
//!
//! It must not read files: a name and the first bytes come in.

use std::path::Path;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Cells between commas, semicolons, tabs or bars, after a line with the names of the columns.
    Csv,
    /// One JSON object in each line.
    JsonLines,
    /// One JSON list of objects, or objects one after the other.
    Json,
    /// One YAML list of maps.
    Yaml,
    /// The first sheet of a workbook, with the names of the columns in its first row.
    Excel,
}

impl Format {
    /// The kind of a file by the ending of its name, else by its first bytes.
    ///
    /// A workbook is one whatever its name says: its bytes cannot be taken for anything else.
    #[must_use]
    pub fn of(path: &Path, first_bytes: &[u8]) -> Self {
        if is_workbook(first_bytes) {
            return Format::Excel;
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("csv" | "tsv" | "tab" | "psv") => Format::Csv,
            Some("jsonl" | "ndjson") => Format::JsonLines,
            Some("json") => Format::Json,
            Some("yaml" | "yml") => Format::Yaml,
            Some("xlsx" | "xlsm" | "xlsb" | "xls" | "ods") => Format::Excel,
            _ => Self::of_bytes(first_bytes),
        }
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or(text).trim_ascii_end();
        match text.first() {
            Some(b'[') => Format::Json,
            Some(b'{') if line.ends_with(b"}") => Format::JsonLines,
            Some(b'{') => Format::Json,
            Some(b'-') if line == b"---" || line.starts_with(b"- ") => Format::Yaml,
            _ => Format::Csv,
        }
    }
}

/// Whether bytes begin like a zip archive (.xlsx, .ods) or like the older container of .xls.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_the_kind_unless_the_bytes_are_a_workbook() {
        let by_name = |name: &str| Format::of(Path::new(name), b"a,b\n");
        assert_eq!(by_name("export.CSV"), Format::Csv);
        assert_eq!(by_name("export.tsv"), Format::Csv);
        assert_eq!(by_name("a.b.ndjson"), Format::JsonLines);
        assert_eq!(by_name("a.json"), Format::Json);
        assert_eq!(by_name("a.yml"), Format::Yaml);
        assert_eq!(by_name("a.xls"), Format::Excel);
        assert_eq!(Format::of(Path::new("a.csv"), b"PK\x03\x04.."), Format::Excel);
    }

    #[test]
    fn without_a_name_the_first_bytes_do() {
        let by_bytes = |bytes: &[u8]| Format::of(Path::new("-"), bytes);
        assert_eq!(by_bytes(b"\xEF\xBB\xBF{\"a\": 1}\r\n{\"a\": 2}"), Format::JsonLines);
        assert_eq!(by_bytes(b"\n {\n  \"a\": 1\n}"), Format::Json);
        assert_eq!(by_bytes(b"[{\"a\": 1}]"), Format::Json);
        assert_eq!(by_bytes(b"- a: 1\n"), Format::Yaml);
        assert_eq!(by_bytes(b"---\n- a: 1\n"), Format::Yaml);
        assert_eq!(by_bytes(b"id;amount\n"), Format::Csv);
        assert_eq!(by_bytes(b"-5,3\n"), Format::Csv);
        assert_eq!(by_bytes(b""), Format::Csv);
    }
}
