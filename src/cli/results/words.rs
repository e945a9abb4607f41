//! The words of the command line's own output, by language.
//!
//! It must not hold words of a process: titles and hints come from its files.

use crate::calendar::{Term, Unit};
use crate::evaluation::{Status, Votes};

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
            Status::Blocked => self.pick("blocked", "未通过"),
            Status::Incomplete => self.pick("incomplete", "资料不全"),
            Status::Ready => self.pick("ready", "待审批"),
            Status::Open => self.pick("open", "可放行"),
            Status::Skipped => self.pick("skipped", "不适用"),
        }
    }

    /// What stands between two things of a list.
    #[must_use]
    pub fn comma(self) -> &'static str {
        self.pick(", ", "，")
    }

    /// What stands before an explanation.
    #[must_use]
    pub fn colon(self) -> &'static str {
        self.pick(": ", "：")
    }

    /// An aside in brackets.
    #[must_use]
    pub fn aside(self, text: &str) -> String {
        match self {
            Words::English => format!(" ({text})"),
            Words::Chinese => format!("（{text}）"),
        }
    }

    /// A term, as in `5 working days`.
    #[must_use]
    pub fn term(self, term: Term) -> String {
        if self == Words::English {
            return term.to_string();
        }
        let unit = match term.unit() {
            Unit::Minute => "分钟",
            Unit::Hour => "小时",
            Unit::Day => "天",
            Unit::Week => "周",
            Unit::WorkingHour => "个工作小时",
            Unit::WorkingDay => "个工作日",
        };
        format!("{} {unit}", term.count())
    }

    /// The line of a file.
    #[must_use]
    pub fn line(self, number: u64) -> String {
        match self {
            Words::English => format!("line {number}"),
            Words::Chinese => format!("第 {number} 行"),
        }
    }

    /// How many votes a step needs.
    #[must_use]
    pub fn votes(self, votes: &Votes) -> String {
        if self == Words::English {
            return votes.to_string();
        }
        match votes {
            Votes::All => "全部同意：".to_owned(),
            Votes::Any => "任一同意：".to_owned(),
            Votes::Count(count) => format!("至少 {count} 人同意："),
            Votes::Percent(percent) => format!("至少 {percent}% 同意："),
            Votes::Weight(weight) => format!("权重合计不少于 {weight}："),
        }
    }
}
