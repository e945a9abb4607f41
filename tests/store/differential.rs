//! Random sequences of everything that can be asked, on both stores at once: every answer is the same.
//!
//! It must not know what the right answer is; the contract does.

use super::{Folder, append, at, case, entry, key, user, wait};
use crate::support::Choice;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use tollgate::names::{CaseId, StageId, WorkflowId};
use tollgate::store::{
    Append, CaseStore, Filter, ListCursor, Listing, MemoryStore, Position, Relisting, Revision, SqliteStore, Tuning, WorkCursor,
};

/// Sequences in all; each has up to this many steps.
const SEQUENCES: u32 = 10_000;
const STEPS: usize = 8;
/// Sequences that share one SQLite file, each with cases of its own: to make a file takes longer than to use it.
const SHARED: u32 = 250;

/// What one sequence does: its cases carry its own names, whatever else the store holds.
struct Sequence<'a> {
    memory: &'a MemoryStore,
    file: &'a SqliteStore,
    choice: Choice,
    name: u32,
    /// Where a page of a list and of a worklist was left.
    list: Option<ListCursor>,
    work: Option<WorkCursor>,
}

fn word(choice: &mut Choice, words: &[&'static str]) -> &'static str {
    words[choice.below(words.len())]
}

impl Sequence<'_> {
    /// Both answers, which must be the same.
    fn ask<T: PartialEq + std::fmt::Debug>(&self, question: impl Fn(&dyn CaseStore) -> T) -> T {
        let (memory, file) = (question(self.memory), question(self.file));
        assert_eq!(memory, file);
        memory
    }

    fn case(&mut self) -> CaseId {
        case(&format!("{}-{}", self.name, self.choice.below(3)))
    }

    fn listing(&mut self) -> Listing {
        let choice = &mut self.choice;
        let who = ["wu", "li", "sun"];
        let minute = |choice: &mut Choice| at(choice.below(4) as i64) + chrono::TimeDelta::milliseconds(500 * choice.below(2) as i64);
        Listing {
            workflow: WorkflowId::parse(word(choice, &["lead", "order"])).unwrap(),
            digest: Arc::from(word(choice, &["d", "e"])),
            label: Arc::from(word(choice, &["", "Lot 7", "检测 'x'"])),
            stages: (0..choice.below(3)).map(|_| StageId::parse(word(choice, &["open", "review", "late"])).unwrap()).collect(),
            ended: choice.often(30).then(|| "won".into()),
            since: minute(choice),
            due: choice.often(50).then(|| minute(choice)),
            timer: choice.often(50).then(|| minute(choice)),
            parent: choice.often(40).then(|| case(&format!("{}-0", self.name))),
            waits: (0..choice.below(3))
                .map(|_| wait(word(choice, &who), choice.below(3) as i64, choice.often(60).then(|| choice.below(3) as i64)))
                .collect(),
        }
    }

    fn append(&mut self) -> Append {
        let name = self.case();
        let actual = self.ask(|store| store.history(&name)).unwrap().len() as u64;
        // Mostly right, or nothing would ever grow.
        let expected = if self.choice.often(75) { actual } else { self.choice.below(4) as u64 };
        let entries =
            (0..self.choice.below(3)).map(|_| entry(word(&mut self.choice, &["a", "b"]), word(&mut self.choice, &["{}", "1"]))).collect();
        let key = self.choice.often(50).then(|| key(word(&mut self.choice, &["k", "l"])));
        Append { entries, key, listing: self.listing(), ..append(name.as_str(), expected, "") }
    }

    fn step(&mut self) -> bool {
        let limit = 1 + self.choice.below(4);
        match self.choice.below(12) {
            0..=3 => {
                let append = self.append();
                self.ask(|store| store.append(&append)).is_ok()
            }
            4 | 5 => {
                let appends: Vec<Append> = (0..1 + self.choice.below(3)).map(|_| self.append()).collect();
                self.ask(|store| store.append_all(&appends)).is_ok()
            }
            6 => {
                let listings: Vec<Relisting> = (0..1 + self.choice.below(2))
                    .map(|_| Relisting { case: self.case(), revision: Revision(self.choice.below(4) as u64), listing: self.listing() })
                    .collect();
                self.ask(|store| store.replace_listings(&listings)).is_ok()
            }
            7 => {
                let filter = Filter {
                    workflow: self.choice.often(40).then(|| WorkflowId::parse("lead").unwrap()),
                    stage: self.choice.often(40).then(|| StageId::parse("open").unwrap()),
                    open: *self.choice.of(&[None, Some(true), Some(false)]),
                    parent: self.choice.often(40).then(|| case(&format!("{}-0", self.name))),
                };
                self.list = self.ask(|store| store.list(&filter, self.list.as_ref(), limit)).unwrap().next;
                true
            }
            8 => {
                let user = user(word(&mut self.choice, &["wu", "li", "sun"]));
                self.work = self.ask(|store| store.work(&user, self.work.as_ref(), limit)).unwrap().next;
                true
            }
            9 => {
                let until = at(self.choice.below(4) as i64);
                self.ask(|store| store.due(until, limit)).is_ok()
            }
            10 => {
                let from = Position(self.choice.below(40) as u64);
                self.ask(|store| (store.since(from, limit), store.head(), store.workflows())).0.is_ok()
            }
            _ => {
                let (digest, text) = (format!("{}-{}", self.name, self.choice.below(2)), word(&mut self.choice, &["one", "two"]));
                self.ask(|store| (store.put_definition(&digest, text), store.definition(&digest))).0.is_ok()
            }
        }
    }

    /// Everything about one of its cases; all cases are compared once their store is full.
    fn look(&mut self) {
        let name = self.case();
        self.ask(|store| store.history(&name)).unwrap();
        self.ask(|store| store.listing(&name)).unwrap();
        self.ask(|store| store.children(&name)).unwrap();
        self.ask(|store| store.find_key(&name, &key("k"))).unwrap();
    }
}

/// A pair of stores that some sequences share.
struct Pair {
    // Closed before its folder goes.
    file: SqliteStore,
    memory: MemoryStore,
    folder: Folder,
}

impl Pair {
    fn new() -> Self {
        let folder = Folder::new();
        Self { file: Self::open(&folder), memory: MemoryStore::new(), folder }
    }

    /// Nothing here is about durability, and 40,000 syncs would take minutes.
    fn open(folder: &Folder) -> SqliteStore {
        SqliteStore::open_tuned(&folder.file(), Tuning::Fast).unwrap()
    }

    /// Both hold the same, also when the file is opened again.
    fn compare(self) {
        let all = self.memory.since(Position::START, usize::MAX).unwrap();
        assert_eq!(Ok(&all), self.file.since(Position::START, usize::MAX).as_ref());
        drop(self.file);
        let file = Self::open(&self.folder);
        assert_eq!(Ok(&all), file.since(Position::START, usize::MAX).as_ref());
        assert_eq!(self.memory.verify().unwrap(), file.verify().unwrap());
        let filter = Filter::default();
        assert_eq!(self.memory.list(&filter, None, usize::MAX), file.list(&filter, None, usize::MAX));
    }
}

#[test]
fn both_stores_answer_alike() {
    let (count, fine, refused) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let shared = RefCell::new(Pair::new());
    let mut runner = TestRunner::new(Config { cases: SEQUENCES, failure_persistence: None, ..Config::default() });
    let result = runner.run(&any::<u64>(), |seed| {
        count.set(count.get() + 1);
        {
            let pair = shared.borrow();
            let (memory, file) = (&pair.memory, &pair.file);
            let mut sequence = Sequence { memory, file, choice: Choice::new(seed), name: count.get(), list: None, work: None };
            for _ in 0..1 + sequence.choice.below(STEPS) {
                let counter = if sequence.step() { &fine } else { &refused };
                counter.set(counter.get() + 1);
            }
            sequence.look();
        }
        if count.get() % SHARED == 0 {
            shared.replace(Pair::new()).compare();
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(count.get() >= SEQUENCES, "{} sequences", count.get());
    // Neither only what works nor only what is refused was tried.
    assert!(fine.get() > 20_000 && refused.get() > 8_000, "{} answers, {} refusals", fine.get(), refused.get());
}
