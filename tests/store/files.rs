//! Files that are older, newer, damaged, of somebody else, in use or in the way: each is opened, or refused with a sentence.
//!
//! It must not make a disk fail; that is for its neighbour.

use super::{CHILD, Folder, append, at, case, child, fill, key, listing, tell, user, wait};
use crate::support::Choice;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use tollgate::store::{Append, CaseStore, Filter, Listing, Position, Revision, SqliteStore, StoreError};

/// What opening said, as people read it.
fn refusal(path: &Path) -> String {
    SqliteStore::open(path).unwrap_err().to_string().replace(&path.display().to_string(), "cases.db")
}

fn format_1() -> Folder {
    let folder = Folder::new();
    folder.sql().execute_batch(include_str!("format-1.sql")).unwrap();
    folder
}

#[test]
fn a_store_of_an_older_format_is_brought_up_to_date_and_loses_nothing() {
    let folder = format_1();
    assert!(matches!(SqliteStore::open_read_only(&folder.file()), Err(StoreError::Unsupported(_))));
    let store = folder.store();
    let verified = store.verify().unwrap();
    assert_eq!((verified.events, verified.cases), (5, 3));
    let history = store.history(&case("L-1")).unwrap();
    assert_eq!(history.iter().map(|event| &*event.entry.kind).collect::<Vec<_>>(), ["started", "entered", "moved"]);
    assert_eq!(&*history[2].entry.body, "{\"stage\":\"review\",\"amount\":\"24999.50\"}");
    assert_eq!((history[2].entry.version, &history[2].by), (2, &user("wang.wu")));
    assert_eq!(store.find_key(&case("L-1"), &key("k-1")).unwrap().unwrap().revision, Revision(2));
    let listing = store.listing(&case("L-1")).unwrap().unwrap();
    assert_eq!(listing.stages.iter().map(|stage| stage.as_str()).collect::<Vec<_>>(), ["review", "checks"]);
    assert_eq!(
        listing.waits.iter().map(|wait| (wait.user.as_str(), wait.due.is_some())).collect::<Vec<_>>(),
        [("li.si", false), ("wang.wu", true)]
    );
    let work = store.work(&user("li.si"), None, 9).unwrap().items;
    assert_eq!(work.iter().map(|work| work.case.as_str()).collect::<Vec<_>>(), ["L-2", "L-1"]);
    assert_eq!(store.children(&case("L-1")).unwrap(), [case("L-3")]);
    assert_eq!(store.definition("d-1").unwrap().as_deref(), Some("workflow: lead"));
    assert_eq!(store.due(at(99_999), 9).unwrap().len(), 1);
    store.append(&append("L-1", 3, "changed")).unwrap();
    drop(store);
    assert_eq!(folder.store().verify().unwrap().events, 6);
    let version: u32 = folder.sql().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 2);
}

#[test]
fn a_step_that_fails_leaves_the_older_format_as_it_was() {
    let folder = format_1();
    let sql = folder.sql();
    sql.execute_batch("CREATE TABLE wait_1 (in_the_way)").unwrap();
    assert!(SqliteStore::open(&folder.file()).is_err());
    let count = |what: &str| sql.query_row(what, [], |row| row.get::<_, u32>(0)).unwrap();
    assert_eq!((count("PRAGMA user_version"), count("SELECT count(*) FROM wait WHERE due IS NULL")), (1, 1));
    sql.execute_batch("DROP TABLE wait_1").unwrap();
    drop(sql);
    assert_eq!(folder.store().verify().unwrap().events, 5);
}

#[test]
fn a_store_of_a_newer_format_is_refused_and_not_touched() {
    let folder = Folder::new();
    fill(&folder.store(), "C", 3);
    folder.sql().execute_batch("PRAGMA user_version = 99; CREATE TABLE later (column)").unwrap();
    let before = fs::read(folder.file()).unwrap();
    assert_eq!(refusal(&folder.file()), "`cases.db` has format 99, and this version knows formats up to 2: use the version that wrote it");
    assert!(matches!(SqliteStore::open_read_only(&folder.file()), Err(StoreError::Newer { found: 99, known: 2, .. })));
    assert_eq!(fs::read(folder.file()).unwrap(), before);
    folder.sql().execute_batch("PRAGMA user_version = 2").unwrap();
    assert_eq!(folder.store().verify().unwrap().events, 3);
}

#[test]
fn what_is_no_store_is_refused_and_not_touched() {
    let folder = Folder::new();
    folder.sql().execute_batch("CREATE TABLE customers (name)").unwrap();
    let before = fs::read(folder.file()).unwrap();
    assert_eq!(refusal(&folder.file()), "`cases.db` is not a store of cases");
    assert_eq!(fs::read(folder.file()).unwrap(), before);

    let text = "no database, but a text that is long enough to be one. ".repeat(100);
    fs::write(folder.file(), &text).unwrap();
    assert_eq!(refusal(&folder.file()), "`cases.db` is damaged (file is not a database): restore a backup");
    assert_eq!(fs::read_to_string(folder.file()).unwrap(), text);

    let absent = folder.0.join("absent").join("cases.db");
    assert!(refusal(&absent).starts_with("`cases.db` cannot be read or written: "), "{}", refusal(&absent));
    let inner = folder.0.join("inner");
    fs::create_dir(&inner).unwrap();
    assert_eq!(refusal(&inner).rsplit_once(": ").unwrap().1, "it is a folder");
    let nothing = folder.0.join("nothing.db");
    assert_eq!(SqliteStore::open_read_only(&nothing).err(), Some(StoreError::Absent { path: nothing.clone() }));
    // An empty file, as a program leaves it that died while it made the store, becomes one.
    fs::write(&nothing, "").unwrap();
    assert_eq!(SqliteStore::open(&nothing).unwrap().verify().unwrap().events, 0);
}

#[test]
fn a_damaged_file_is_found_out_or_answers_as_before() {
    let folder = Folder::new();
    let store = folder.store();
    for number in 0..20 {
        let listing = Listing { waits: vec![wait("wu", number, Some(number + 5))], timer: Some(at(number)), ..listing("open") };
        store.append(&Append { listing, ..append(&format!("C-{number}"), 0, "started") }).unwrap();
        fill(&store, &format!("D-{number}"), 5);
    }
    let ask = |store: &SqliteStore| {
        let all = store.since(Position::START, 1000)?;
        let list = store.list(&Filter::default(), None, 1000)?;
        let work = store.work(&user("wu"), None, 1000)?;
        let due = store.due(at(1000), 1000)?;
        store.verify()?;
        Ok::<_, StoreError>((all, list, work, due))
    };
    let sound = ask(&store).unwrap();
    drop(store);
    let bytes = fs::read(folder.file()).unwrap();
    let mut choice = Choice::new(3);
    let mut found_out = 0;
    for round in 0..150_usize {
        let mut damaged = bytes.clone();
        // The header first, then anywhere: up to 100 bytes.
        let start = if round < 8 { round * 2 } else { choice.below(bytes.len() - 100) };
        let length = 1 + choice.below(100);
        damaged[start..start + length].fill_with(|| choice.below(256) as u8);
        fs::write(folder.file(), &damaged).unwrap();
        match SqliteStore::open(&folder.file()).and_then(|store| ask(&store)) {
            // What a listing says is not chained: it can be made again, and damage to it may read as another text.
            Ok(answers) => assert_eq!(answers.0, sound.0, "damage at {start} changed the history and was not found out"),
            Err(StoreError::Corrupt { .. } | StoreError::Broken(_) | StoreError::Foreign { .. } | StoreError::Newer { .. }) => {
                found_out += 1
            }
            Err(other) => panic!("damage at {start}: {other}"),
        }
        for rest in ["-wal", "-shm"] {
            drop(fs::remove_file(folder.0.join(format!("cases.db{rest}"))));
        }
    }
    assert!(found_out > 40, "{found_out} of 150");
}

#[test]
#[ignore = "it is what a second process does"]
fn holding() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let store = SqliteStore::open(path.as_ref()).unwrap();
    fill(&store, "held", 2);
    tell("open");
    std::thread::sleep(std::time::Duration::from_secs(60));
}

#[test]
fn a_second_process_is_told_who_writes_and_may_read_meanwhile() {
    let folder = Folder::new();
    fill(&folder.store(), "C", 1);
    let mut process = child("files::holding", &folder).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "@open"));
    assert_eq!(refusal(&folder.file()), format!("`cases.db` is in use by another process ({})", process.id()));
    let reader = SqliteStore::open_read_only(&folder.file()).unwrap();
    assert_eq!(reader.verify().unwrap().events, 3);
    assert_eq!(reader.append(&append("C", 1, "changed")), Err(StoreError::ReadOnly { path: folder.file() }));
    // However the owner ends, the lock is free.
    process.kill().unwrap();
    process.wait().unwrap();
    let store = folder.store();
    assert_eq!(store.append(&append("held", 2, "changed")).unwrap().position, Position(4));
    assert_eq!(reader.history(&case("held")).unwrap().len(), 3);
    assert!(matches!(SqliteStore::open(&folder.file()), Err(StoreError::Locked { by: Some(by), .. }) if by == std::process::id()));
}

#[test]
fn a_program_that_knows_no_lock_but_that_of_the_database_is_waited_for_and_then_named() {
    let folder = Folder::new();
    let store = folder.store();
    let other = folder.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.append(&append("C", 0, "started")), Err(StoreError::Locked { path: folder.file(), by: None }));
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(store.history(&case("C")).unwrap(), []);
    store.append(&append("C", 0, "started")).unwrap();
}

#[test]
fn a_backup_is_a_whole_store_of_one_moment_while_work_goes_on() {
    let folder = Folder::new();
    let store = folder.store();
    fill(&store, "C", 50);
    let copies = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for revision in 50..150 {
                store.append(&append("C", revision, "changed")).unwrap();
            }
        });
        let copies: Vec<_> = (0..4)
            .map(|number| {
                let path = folder.0.join(format!("backup-{number}.db"));
                store.backup(&path).unwrap();
                path
            })
            .collect();
        writer.join().unwrap();
        copies
    });
    let whole = store.history(&case("C")).unwrap();
    assert_eq!(whole.len(), 150);
    for path in &copies {
        let copy = SqliteStore::open(path).unwrap();
        copy.verify().unwrap();
        let history = copy.history(&case("C")).unwrap();
        assert!(history.len() >= 50);
        assert_eq!(history, whole[..history.len()]);
        copy.append(&append("C", history.len() as u64, "changed")).unwrap();
    }
    let there = store.backup(&copies[0]).unwrap_err().to_string();
    assert!(there.ends_with("cannot be read or written: the file is there already"), "{there}");
    assert!(!folder.0.join("backup-0.db-draft").exists());
}

#[test]
fn a_store_in_memory_says_that_it_has_no_backup() {
    let refused = tollgate::store::MemoryStore::new().backup(Path::new("x")).unwrap_err();
    assert_eq!(refused.to_string(), "a store in memory has no backup: it is gone with the program");
}
