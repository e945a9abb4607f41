//! The arrows that lead up, gathered: what leaves one box together for several boxes of one rank is one arrow that forks.
//!
//! It must not place anything.

use super::EdgeKind;
use super::lists::At;
use super::tidy::Link;

/// An arrow that leads up from a box to one box, or to several of one rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loop {
    /// Where it begins.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) ends: Vec<usize>,
    /// What is written on it.
    pub(super) texts: Vec<String>,
    /// Which way it leads.
    pub(super) kind: EdgeKind,
}

/// Gathers upward arrows: first the branches of each fork, then all that lead from the same box to the same boxes.
pub(super) fn loops(links: &[&Link], ranks: &[usize]) -> Vec<Loop> {
    let mut forks: Vec<(&str, Loop)> = Vec::new();
    for link in links {
        let beside = |ends: &[usize]| ends.iter().all(|end| ranks.at(*end) == ranks.at(link.to));
        let alike = |label: &str, fork: &Loop| fork.from == link.from && label == link.label && fork.kind == link.kind;
        match forks.iter_mut().find(|(label, fork)| alike(label, fork) && beside(&fork.ends)) {
            Some((_, fork)) => fork.ends.push(link.to),
            None => {
                let texts = if link.label.is_empty() { Vec::new() } else { vec![link.label.clone()] };
                forks.push((&link.label, Loop { from: link.from, ends: vec![link.to], texts, kind: link.kind }));
            }
        }
    }
    let mut loops: Vec<Loop> = Vec::new();
    for (_, mut fork) in forks {
        fork.ends.sort_unstable();
        match loops.iter_mut().find(|other| (other.from, &other.ends) == (fork.from, &fork.ends)) {
            Some(same) => same.texts.append(&mut fork.texts),
            None => loops.push(fork),
        }
    }
    loops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(links: &[(usize, usize, &str)], ranks: &[usize]) -> Vec<String> {
        let link = |(from, to, label): &(usize, usize, &str)| Link { from: *from, to: *to, label: (*label).into(), kind: EdgeKind::Back };
        let links: Vec<Link> = links.iter().map(link).collect();
        let loops = loops(&links.iter().collect::<Vec<_>>(), ranks);
        loops.iter().map(|it| format!("{} {} {:?}", it.from, it.texts.join("/"), it.ends)).collect()
    }

    #[test]
    fn branches_of_a_fork_are_one_arrow_with_one_label() {
        let ranks = [0, 0, 0, 1, 2];
        assert_eq!(told(&[(4, 0, "again"), (4, 1, "again"), (4, 2, "again")], &ranks), ["4 again [0, 1, 2]"]);
        assert_eq!(told(&[(4, 0, "again"), (4, 1, "again"), (4, 1, "mend"), (4, 0, "mend")], &ranks), ["4 again/mend [0, 1]"]);
        assert_eq!(told(&[(4, 0, "again"), (4, 1, "mend"), (3, 1, "again")], &ranks), ["4 again [0]", "4 mend [1]", "3 again [1]"]);
    }

    #[test]
    fn branches_that_end_at_unlike_heights_are_arrows_of_their_own() {
        assert_eq!(told(&[(4, 0, "again"), (4, 3, "again"), (4, 1, "again")], &[0, 0, 0, 1, 2]), ["4 again [0, 1]", "4 again [3]"]);
    }
}
