//! What every store keeps to, run over both.

use super::{Folder, append, at, case, entry, fill, key, listing, user, wait, with_key};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use tollgate::names::StageId;
use tollgate::store::{
    Append, Appended, CaseStore, Filter, Listing, MemoryStore, Page, Position, Relisting, Revision, SqliteStore, StoreError, Tuning,
};

/// Runs one part of the contract over an empty store of each kind.
fn on_both(part: impl Fn(&dyn CaseStore)) {
    part(&MemoryStore::new());
    let folder = Folder::new();
    // Not about durability: that is for the tests of crashes and of failing disks.
    part(&SqliteStore::open_tuned(&folder.file(), Tuning::Fast).unwrap());
}

fn appended(revision: u64, position: u64) -> Appended {
    Appended { revision: Revision(revision), position: Position(position), repeated: false }
}

#[test]
fn what_is_appended_is_read_back_as_it_was() {
    on_both(|store| {
        let moment = at(5) + TimeDelta::nanoseconds(7);
        let events = vec![entry("started", "{\"a\":1}"), entry("moved", "{\"text\":\"\u{0}\\n 检\"}")];
        let first = Append { at: moment, entries: events.clone(), ..with_key(append("C-1", 0, ""), "k") };
        assert_eq!(store.append(&first), Ok(appended(2, 2)));
        assert_eq!(store.append(&append("C-2", 0, "started")), Ok(appended(1, 3)));
        assert_eq!(store.append(&append("C-1", 2, "ended")), Ok(appended(3, 4)));

        let history = store.history(&case("C-1")).unwrap();
        assert_eq!(history.iter().map(|event| (event.revision.0, event.position.0)).collect::<Vec<_>>(), [(1, 1), (2, 2), (3, 4)]);
        assert_eq!(history.iter().take(2).map(|event| event.entry.clone()).collect::<Vec<_>>(), events);
        assert!(history.iter().take(2).all(|event| event.at == moment && event.by == user("li") && event.key == Some(key("k"))));
        assert_eq!(history[2].key, None);
        let all = store.since(Position::START, 10).unwrap();
        assert_eq!(all.iter().map(|event| event.position.0).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(all[3], history[2]);
        assert_eq!(store.since(Position(1), 2).unwrap(), all[1..3]);
        assert_eq!(store.since(Position(u64::MAX), 2).unwrap(), []);
        assert_eq!(store.history(&case("C-3")).unwrap(), []);
        assert_eq!(store.listing(&case("C-3")).unwrap(), None);
        assert_eq!(store.head(), Ok(Position(4)));
        let verified = store.verify().unwrap();
        assert_eq!((verified.events, verified.cases, verified.head), (4, 2, Some(all[3].hash)));
    });
}

#[test]
fn a_stale_revision_is_refused_and_leaves_nothing() {
    on_both(|store| {
        fill(store, "C", 2);
        let before = (store.history(&case("C")).unwrap(), store.listing(&case("C")).unwrap());
        for expected in [0, 1, 3] {
            let stale = Append { listing: listing("elsewhere"), ..append("C", expected, "late") };
            let conflict = StoreError::Conflict { case: case("C"), expected: Revision(expected), actual: Revision(2) };
            assert_eq!(conflict.to_string(), format!("the case `C` is at revision 2, not {expected}: somebody else was faster"));
            assert_eq!(store.append(&stale), Err(conflict));
        }
        assert_eq!((store.history(&case("C")).unwrap(), store.listing(&case("C")).unwrap()), before);
        assert_eq!(
            store.append(&append("D", 1, "late")),
            Err(StoreError::Conflict { case: case("D"), expected: Revision(1), actual: Revision(0) })
        );
        assert_eq!(store.append(&append("C", 2, "on time")), Ok(appended(3, 3)));
    });
}

#[test]
fn the_same_command_again_is_answered_as_before() {
    on_both(|store| {
        let command = with_key(append("C", 0, "started"), "k");
        assert_eq!(store.find_key(&case("C"), &key("k")), Ok(None));
        assert_eq!(store.append(&command), Ok(appended(1, 1)));
        fill_on(store, 1, 3);
        let again = Appended { repeated: true, ..appended(1, 1) };
        assert_eq!(store.append(&command), Ok(again));
        assert_eq!(store.append(&Append { expected: Revision(3), listing: listing("other"), at: at(99), ..command.clone() }), Ok(again));
        assert_eq!(store.find_key(&case("C"), &key("k")), Ok(Some(again)));
        assert_eq!(store.history(&case("C")).unwrap().len(), 3);
        assert_eq!(store.listing(&case("C")).unwrap(), Some(listing("open")));

        let taken = Err(StoreError::KeyTaken { case: case("C"), key: key("k") });
        assert_eq!(store.append(&Append { entries: vec![entry("other", "{}")], ..command.clone() }), taken);
        let longer = Append { entries: vec![command.entries[0].clone(), entry("more", "{}")], ..command.clone() };
        assert_eq!(store.append(&longer), taken);
        // A key is one of its case: another case may use the same.
        assert_eq!(store.append(&with_key(append("D", 0, "started"), "k")), Ok(appended(1, 4)));
    });
}

fn fill_on(store: &dyn CaseStore, from: u64, to: u64) {
    for revision in from..to {
        store.append(&append("C", revision, "changed")).unwrap();
    }
}

#[test]
fn a_parent_and_its_children_are_born_together_or_not_at_all() {
    on_both(|store| {
        let parent = with_key(append("P", 0, "won"), "k");
        let child = |name: &str| {
            let listing = Listing { parent: Some(case("P")), ..listing("open") };
            Append { listing, ..with_key(append(name, 0, "started"), "k") }
        };
        fill(store, "Q", 1);
        let group = [parent.clone(), child("A"), child("Q")];
        assert_eq!(store.append_all(&group), Err(StoreError::Conflict { case: case("Q"), expected: Revision(0), actual: Revision(1) }));
        for name in ["P", "A"] {
            assert_eq!((store.history(&case(name)).unwrap(), store.listing(&case(name)).unwrap()), (vec![], None));
        }
        assert_eq!(store.children(&case("P")).unwrap(), []);

        let group = [parent.clone(), child("A"), child("B")];
        assert_eq!(store.append_all(&group), Ok(vec![appended(1, 2), appended(1, 3), appended(1, 4)]));
        assert_eq!(store.children(&case("P")).unwrap(), [case("A"), case("B")]);
        let again = store.append_all(&group).unwrap();
        assert!(again.iter().all(|answer| answer.repeated));
        assert_eq!(again.iter().map(|answer| answer.position.0).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(store.append_all(&[parent, child("C")]), Err(StoreError::PartlyRepeated { case: case("P") }));
        assert_eq!(store.history(&case("C")).unwrap(), []);

        // The same case twice: the second stands on the first.
        let twice = [append("P", 1, "one"), append("P", 2, "two")];
        assert_eq!(store.append_all(&twice), Ok(vec![appended(2, 5), appended(3, 6)]));
        assert_eq!(store.verify().unwrap().events, 6);
    });
}

#[test]
fn what_cannot_be_kept_is_refused_at_the_door() {
    on_both(|store| {
        let far: DateTime<Utc> = "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(366 * 9000);
        let good = append("C", 0, "started");
        let bad = [
            (Append { entries: vec![], ..good.clone() }, "a command cannot be kept: it has no events"),
            (Append { entries: vec![entry("", "{}")], ..good.clone() }, "an event cannot be kept: its kind is empty"),
            (Append { entries: vec![entry("a", "{\n}")], ..good.clone() }, "an event cannot be kept: its body is more than one line"),
            (Append { at: far, ..good.clone() }, "a moment cannot be kept: its year is not between 0 and 9999"),
            (
                Append { listing: Listing { timer: Some(far), ..good.listing.clone() }, ..good.clone() },
                "a moment cannot be kept: its year is not between 0 and 9999",
            ),
        ];
        for (append, message) in bad {
            assert_eq!(store.append(&append).unwrap_err().to_string(), message);
        }
        assert_eq!(store.append_all(&[]).unwrap_err().to_string(), "a command cannot be kept: it is about no case");
        assert_eq!(store.since(Position::START, 1).unwrap(), []);
    });
}

#[test]
fn a_listing_is_replaced_with_the_events_or_without_but_never_by_an_older_one() {
    on_both(|store| {
        fill(store, "C", 1);
        let full = Listing {
            stages: ["left", "right"].map(|stage| StageId::parse(stage).unwrap()).to_vec(),
            ended: Some("won".into()),
            since: at(3),
            due: Some(at(9)),
            timer: Some(at(8) + TimeDelta::nanoseconds(1)),
            parent: Some(case("P")),
            waits: vec![wait("wu", 1, Some(4)), wait("li", 2, None), wait("wu", 1, Some(4))],
            ..listing("x")
        };
        store.append(&Append { listing: full.clone(), ..append("C", 1, "moved") }).unwrap();
        assert_eq!(store.listing(&case("C")).unwrap(), Some(full.clone()));
        let plain = Listing { stages: vec![], ..listing("x") };
        assert_eq!(store.relist(&case("C"), Revision(2), &plain), Ok(()));
        assert_eq!(store.listing(&case("C")).unwrap(), Some(plain.clone()));
        assert_eq!(store.work(&user("wu"), None, 9).unwrap().items, []);
        assert_eq!(store.due(at(99), 9).unwrap(), []);

        let conflict = StoreError::Conflict { case: case("C"), expected: Revision(1), actual: Revision(2) };
        assert_eq!(store.relist(&case("C"), Revision(1), &full), Err(conflict.clone()));
        fill(store, "D", 1);
        let new = |name: &str, revision| Relisting { case: case(name), revision: Revision(revision), listing: full.clone() };
        assert_eq!(store.replace_listings(&[new("D", 1), new("C", 1)]), Err(conflict));
        assert_eq!(store.listing(&case("D")).unwrap(), Some(listing("open")));
        assert_eq!(store.replace_listings(&[new("D", 1), new("C", 2)]), Ok(()));
        assert_eq!(store.listing(&case("D")).unwrap(), Some(full.clone()));
        assert!(store.relist(&case("Z"), Revision(0), &full).is_err());
        assert_eq!(store.listing(&case("Z")).unwrap(), None);
        assert_eq!(store.verify().unwrap().events, 3);
    });
}

/// All pages of something, each as long as the limit except for the last one.
fn pages<Item: Clone, Cursor>(limit: usize, page: impl Fn(Option<&Cursor>) -> Page<Item, Cursor>) -> Vec<Item> {
    let mut all = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let found = page(after.as_ref());
        assert!(found.items.len() == limit || found.next.is_none(), "a page is short and not the last");
        assert!(found.items.len() <= limit);
        all.extend(found.items);
        after = found.next;
        if after.is_none() {
            return all;
        }
    }
}

#[test]
fn worklists_are_ordered_by_due_time_and_then_by_age_page_by_page() {
    on_both(|store| {
        // Due time, age; the name of the case is its place in the order that is expected.
        let waits = [("d", None, 1), ("b", Some(9), 1), ("a", Some(5), 7), ("e", None, 2), ("c", Some(9), 3)];
        for (name, due, since) in waits {
            let listing = Listing { waits: vec![wait("wu", since, due), wait("li", since, due)], ..listing("open") };
            store.append(&Append { listing, ..append(name, 0, "started") }).unwrap();
        }
        for limit in 1..7 {
            let all = pages(limit, |after| store.work(&user("wu"), after, limit).unwrap());
            assert_eq!(all.iter().map(|work| work.case.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d", "e"]);
            assert!(all.iter().all(|work| work.wait.user == user("wu") && work.workflow.as_str() == "lead"));
        }
        // What goes away between two pages neither repeats nor hides anything.
        let first = store.work(&user("wu"), None, 2).unwrap();
        store.append(&append("a", 1, "done")).unwrap();
        let rest = store.work(&user("wu"), first.next.as_ref(), 9).unwrap();
        assert_eq!(rest.items.iter().map(|work| work.case.as_str()).collect::<Vec<_>>(), ["c", "d", "e"]);
        assert_eq!(store.work(&user("nobody"), None, 9).unwrap().items, []);
    });
}

#[test]
fn lists_are_filtered_and_come_in_the_order_of_birth() {
    on_both(|store| {
        let kinds = [("lead", "open", None), ("order", "open", None), ("lead", "open", Some("won")), ("lead", "late", None)];
        let mut born = Vec::new();
        for number in 0..24_usize {
            let (workflow, stage, ended) = kinds[number % kinds.len()];
            let listing = Listing {
                workflow: workflow.parse_id(),
                ended: ended.map(Arc::from),
                parent: (number % 3 == 0).then(|| case("P")),
                ..listing(stage)
            };
            let name = format!("{:03}", 997 * (number + 1) % 1000);
            store.append(&Append { listing: listing.clone(), ..append(&name, 0, "started") }).unwrap();
            born.push((name, listing));
        }
        for bits in 0..24_u32 {
            let filter = Filter {
                workflow: (bits & 1 > 0).then(|| "lead".parse_id()),
                stage: (bits & 2 > 0).then(|| StageId::parse("open").unwrap()),
                parent: (bits & 4 > 0).then(|| case("P")),
                open: [None, Some(true), Some(false)][bits as usize / 8],
            };
            let wanted: Vec<&str> = born
                .iter()
                .filter(|(_, listing)| {
                    (bits & 1 == 0 || listing.workflow.as_str() == "lead")
                        && (bits & 2 == 0 || listing.stages[0].as_str() == "open")
                        && (bits & 4 == 0 || listing.parent.is_some())
                        && filter.open.is_none_or(|open| listing.ended.is_none() == open)
                })
                .map(|(name, _)| name.as_str())
                .collect();
            for limit in [1, 2, 5, 100] {
                let found = pages(limit, |after| store.list(&filter, after, limit).unwrap());
                assert_eq!(found.iter().map(|listed| listed.case.as_str()).collect::<Vec<_>>(), wanted, "{filter:?}");
                assert!(found.iter().all(|listed| Some(&listed.listing) == store.listing(&listed.case).unwrap().as_ref()));
            }
        }
    });
}

trait ParseId {
    fn parse_id(&self) -> tollgate::names::WorkflowId;
}

impl ParseId for str {
    fn parse_id(&self) -> tollgate::names::WorkflowId {
        tollgate::names::WorkflowId::parse(self).unwrap()
    }
}

#[test]
fn timers_ring_in_the_order_of_time() {
    on_both(|store| {
        for (name, minutes) in [("c", 30), ("a", 10), ("b", 20), ("b2", 20), ("z", 99)] {
            let listing = Listing { timer: Some(at(minutes)), ..listing("open") };
            store.append(&Append { listing, ..append(name, 0, "started") }).unwrap();
        }
        let due = |until, limit| store.due(until, limit).unwrap();
        let wanted = [(case("a"), at(10)), (case("b"), at(20)), (case("b2"), at(20)), (case("c"), at(30))];
        assert_eq!(due(at(30), 9), wanted);
        assert_eq!(due(at(30) - TimeDelta::nanoseconds(1), 9), wanted[..3]);
        assert_eq!(due(at(30), 2), wanted[..2]);
        store.append(&append("a", 1, "rung")).unwrap();
        assert_eq!(due(at(30), 9), wanted[1..]);
    });
}

#[test]
fn a_definition_stays_what_it_was() {
    on_both(|store| {
        assert_eq!(store.definition("d1"), Ok(None));
        assert_eq!(store.put_definition("d1", "name: lead\n"), Ok(()));
        assert_eq!(store.put_definition("d1", "name: lead\n"), Ok(()));
        let differs = StoreError::DefinitionDiffers { digest: "d1".into() };
        assert_eq!(differs.to_string(), "the definition `d1` is kept with another text");
        assert_eq!(store.put_definition("d1", "name: order\n"), Err(differs));
        assert_eq!(store.definition("d1"), Ok(Some("name: lead\n".into())));
    });
}

#[test]
fn many_at_once_are_all_answered_and_one_conflict_harms_nobody_else() {
    on_both(|store| {
        std::thread::scope(|scope| {
            for thread in 0..16 {
                scope.spawn(move || {
                    for turn in 0..20 {
                        let name = format!("C-{thread}");
                        assert_eq!(store.append(&append(&name, turn, "changed")).unwrap().revision, Revision(turn + 1));
                        assert!(matches!(store.append(&append(&name, turn, "late")), Err(StoreError::Conflict { .. })));
                        assert_eq!(store.history(&case(&name)).unwrap().len() as u64, turn + 1);
                        // All want the same: one gets it.
                        drop(store.append(&append("shared", turn, "raced")));
                    }
                });
            }
        });
        let shared = store.history(&case("shared")).unwrap().len() as u64;
        assert!((1..=20).contains(&shared), "{shared}");
        assert_eq!(store.verify().unwrap().events, 320 + shared);
        let all = store.since(Position::START, 1000).unwrap();
        assert!(all.iter().zip(1_u64..).all(|(event, position)| event.position.0 == position));
    });
}
