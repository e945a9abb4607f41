//! Work that is the same for many things, on all cores.
//!
//! It must not change an order: what comes out stands where what went in stood.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, available_parallelism, scope};

/// Nested rules and documents are read by recursion; the main thread of some systems has a stack of a megabyte only.
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// What `work` makes of each item, in their order.
pub(super) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = available_parallelism().map_or(1, usize::from).min(items.len());
    let waiting = Mutex::new(items.into_iter().enumerate());
    // A panic in `work` happens while nobody holds the lock.
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        let mut done = Vec::new();
        while let Some((index, item)) = next() {
            done.push((index, work(item)));
        }
        done
    };
    let mut done: Vec<(usize, R)> = scope(|scope| {
        let started: Vec<_> = (0..threads).filter_map(|_| Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run).ok()).collect();
        started.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    // Where no thread could be had, the work is done here.
    done.extend(run());
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(map(items.clone(), |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(map(Vec::<usize>::new(), |item| item), Vec::<usize>::new());
    }
}
