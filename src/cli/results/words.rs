//! The words of the command line's own output, by language.
//!
//! It must not hold words of a process: titles and hints come from its files.

use crate::evaluation::Status;

/// Words in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// English.
    English,
    /// Chinese.
    Chinese,
}

impl Words {
    /// The words for a language; English where there are none.
    #[must_use]
    pub fn of(language: &str) -> Self {
        if language.starts_with("zh") { Words::Chinese } else { Words::English }
    }

    /// One of two words.
    #[must_use]
    pub fn pick(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self {
            Words::English => english,
            Words::Chinese => chinese,
        }
    }

    /// A gate's status.
    #[must_use]
    pub fn status(self, status: Status) -> &'static str {
        match status {
            Status::Faulted => self.pick("faulted", "规则出错"),
            Status::Blocked => self.pick("blocked", "不通过"),
            Status::Incomplete => self.pick("incomplete", "信息不全"),
            Status::Ready => self.pick("ready", "待审批"),
            Status::Open => self.pick("open", "可放行"),
            Status::Skipped => self.pick("skipped", "不适用"),
        }
    }
}
