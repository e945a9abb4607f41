//! Nets for tests: written as lines, or grown at random and then, some of them, spoilt.
//!
//! It must not judge them.

use crate::support::Choice;
use tollgate::names::{GateId, OutcomeId, StageId};
use tollgate::workflow::{Cancel, Net, Transition};

pub(crate) fn stage(name: &str) -> StageId {
    StageId::parse(name).unwrap()
}

/// A net of lines such as `a b -> c`, `a -> c !` (which ends everything else) and `a -> c ! x y` (which ends these).
pub(crate) fn net(starts: &str, ends: &str, lines: &[impl AsRef<str>]) -> Net {
    let words = |text: &str| text.split_whitespace().map(stage).collect::<Vec<StageId>>();
    let mut stages = words(starts);
    let mut transitions = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let (from, to) = line.as_ref().split_once("->").unwrap();
        let (to, cancel) = match to.split_once('!') {
            None => (to, Cancel::Nothing),
            Some((to, "")) => (to, Cancel::All),
            Some((to, these)) => (to, Cancel::Stages(words(these))),
        };
        let (from, to) = (words(from), words(to));
        let stays = from == to && cancel == Cancel::Nothing;
        transitions.push(Transition {
            gate: GateId::parse(&format!("g{place}")).unwrap(),
            outcome: OutcomeId::parse("go").unwrap(),
            from,
            to,
            cancel,
            stays,
        });
    }
    let mut named = words(ends);
    named.extend(transitions.iter().flat_map(|it| it.from.iter().chain(&it.to)).cloned());
    named.extend(transitions.iter().flat_map(|it| if let Cancel::Stages(these) = &it.cancel { these.clone() } else { Vec::new() }));
    for name in named {
        if !stages.contains(&name) {
            stages.push(name);
        }
    }
    Net::of(stages, words(starts), words(ends), transitions)
}

#[derive(Clone)]
struct Line {
    from: Vec<String>,
    to: Vec<String>,
    /// `None` for nothing, empty for all.
    cancel: Option<Vec<String>>,
}

/// A net with up to nine stages or so. It grows by pieces that keep it sound for the most part; then some are spoilt.
pub(crate) fn random(seed: u64) -> Net {
    let mut chance = Choice::new(seed);
    if chance.often(15) {
        return wild(&mut chance);
    }
    let mut inner = vec!["a".to_owned()];
    let mut lines = vec![line(&["s"], &["a"]), line(&["a"], &["won"])];
    let mut starts = vec!["s".to_owned()];
    let mut ends = vec!["won".to_owned()];
    for name in ["b", "c", "d", "e", "f", "g"].iter().take(chance.below(7)) {
        grow(&mut chance, &mut lines, &mut inner, name);
    }
    if chance.often(30) {
        ends.push("lost".to_owned());
        let from = chance.of(&inner).clone();
        lines.push(Line { from: vec![from], to: vec!["lost".to_owned()], cancel: Some(Vec::new()) });
    }
    for from in inner.clone() {
        if chance.often(20) {
            let to = if chance.often(70) { chance.of(&ends).clone() } else { "s".to_owned() };
            lines.push(Line { from: vec![from], to: vec![to], cancel: Some(Vec::new()) });
        }
    }
    if chance.often(20) {
        starts.push("p".to_owned());
        lines.push(line(&["p"], &["a"]));
    }
    if chance.often(55) {
        for _ in 0..=chance.below(2) {
            spoil(&mut chance, &mut lines, &inner, &ends);
        }
    }
    written(&starts, &ends, &lines)
}

fn line(from: &[&str], to: &[&str]) -> Line {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Line { from: owned(from), to: owned(to), cancel: None }
}

fn written(starts: &[String], ends: &[String], lines: &[Line]) -> Net {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            let cancel = line.cancel.as_ref().map(|names| format!("!{}", names.iter().map(|name| format!(" {name}")).collect::<String>()));
            format!("{} -> {} {}", line.from.join(" "), line.to.join(" "), cancel.unwrap_or_default())
        })
        .collect();
    net(&starts.join(" "), &ends.join(" "), &lines)
}

fn grow(chance: &mut Choice, lines: &mut Vec<Line>, inner: &mut Vec<String>, name: &str) {
    let fresh = name.to_owned();
    let from = chance.of(inner).clone();
    match chance.below(9) {
        // Splits a stage in two.
        0 | 1 => {
            for it in lines.iter_mut() {
                rename(&mut it.from, &from, name);
            }
            lines.push(line(&[&from], &[name]));
        }
        // Another way round, to a place where the first way can lead.
        2 => {
            let beside = lines.iter().find(|it| it.from == [from.clone()] && it.cancel.is_none()).cloned();
            if let Some(beside) = beside {
                lines.push(line(&[&from], &[name]));
                lines.push(Line { from: vec![fresh.clone()], ..beside });
            } else {
                return;
            }
        }
        // A loop.
        3 => {
            lines.push(line(&[&from], &[name]));
            lines.push(line(&[name], &[&from]));
        }
        // Work beside other work, joined where that ends.
        4..=6 => {
            for it in lines.iter_mut() {
                if it.from.contains(&from) {
                    it.from.push(fresh.clone());
                }
                if it.to.contains(&from) {
                    it.to.push(fresh.clone());
                }
            }
        }
        // Somebody who watches until the work is done.
        7 => {
            let Some(at) = (0..lines.len()).find(|at| lines[*at].from == [from.clone()] && lines[*at].cancel.is_none()) else { return };
            let Some(into) = (0..lines.len()).find(|into| *into != at && lines[*into].to == [from.clone()]) else { return };
            lines[into].to.push(fresh.clone());
            let names = if chance.often(50) { Vec::new() } else { vec![fresh.clone()] };
            lines[at].cancel = Some(names);
            lines.push(line(&[name], &[name]));
        }
        // A stage where the case stays as long as it likes.
        _ => {
            lines.push(line(&[&from], &[&from]));
            return;
        }
    }
    inner.push(fresh);
}

fn rename(names: &mut [String], old: &str, new: &str) {
    names.iter_mut().filter(|name| *name == old).for_each(|name| *name = new.to_owned());
}

fn spoil(chance: &mut Choice, lines: &mut Vec<Line>, inner: &[String], ends: &[String]) {
    let at = chance.below(lines.len());
    let any = if chance.often(70) { chance.of(inner).clone() } else { chance.of(ends).clone() };
    match chance.below(6) {
        0 => lines[at].to = vec![any],
        1 if !lines[at].to.contains(&any) => lines[at].to.push(any),
        2 if lines[at].from.len() > 1 => drop(lines[at].from.pop()),
        3 => lines[at].cancel = None,
        4 if lines.len() > 1 => drop(lines.remove(at)),
        5 => {
            let other = chance.of(inner).clone();
            lines[at].cancel = Some(vec![other]);
        }
        _ => {}
    }
}

/// A net of chance alone.
fn wild(chance: &mut Choice) -> Net {
    let count = 2 + chance.below(5);
    let inner: Vec<String> = (0..count).map(|place| format!("q{place}")).collect();
    let ends: Vec<String> = (0..=chance.below(2)).map(|place| format!("end{place}")).collect();
    let mut lines = Vec::new();
    for _ in 0..count + chance.below(4) {
        let some = |chance: &mut Choice, list: &[String]| {
            let mut found = vec![chance.of(list).clone()];
            let more = chance.of(list).clone();
            if chance.often(30) && !found.contains(&more) {
                found.push(more);
            }
            found
        };
        let from = some(chance, &inner);
        let to = if chance.often(35) { vec![chance.of(&ends).clone()] } else { some(chance, &inner) };
        let cancel = match chance.below(10) {
            0 | 1 => Some(Vec::new()),
            2 => Some(vec![chance.of(&inner).clone()]),
            _ => None,
        };
        lines.push(Line { from, to, cancel });
    }
    let starts = if chance.often(25) { vec![inner[0].clone(), inner[1].clone()] } else { vec![inner[0].clone()] };
    written(&starts, &ends, &lines)
}
