//! Trees of an ISP, branches and zones, as lists whose rows name the row above. Ten thousand rows are walked once.

use std::collections::{BTreeMap, BTreeSet};

pub trait Node {
    type Id: Copy + Ord;
    fn id(&self) -> Self::Id;
    fn parent(&self) -> Option<Self::Id>;
}

/// What stands right below each, in the order of the list.
fn below<N: Node>(all: &[N]) -> BTreeMap<N::Id, Vec<&N>> {
    let mut found: BTreeMap<N::Id, Vec<&N>> = BTreeMap::new();
    for node in all {
        if let Some(parent) = node.parent() {
            found.entry(parent).or_default().push(node);
        }
    }
    found
}

/// One and everything below it.
pub fn with_below<N: Node>(id: N::Id, all: &[N]) -> BTreeSet<N::Id> {
    let below = below(all);
    let mut found = BTreeSet::from([id]);
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        open.extend(below.get(&id).into_iter().flatten().map(|node| node.id()).filter(|id| found.insert(*id)));
    }
    found
}

/// In the order of the tree, each with its depth. What stands below something that is not in the list begins at the top.
pub fn as_tree<N: Node>(all: &[N]) -> Vec<(usize, &N)> {
    let known: BTreeSet<N::Id> = all.iter().map(Node::id).collect();
    let below = below(all);
    let tops = all.iter().rev().filter(|node| node.parent().is_none_or(|parent| !known.contains(&parent)));
    let mut open: Vec<(usize, &N)> = tops.map(|node| (0, node)).collect();
    let mut rows = Vec::with_capacity(all.len());
    while let Some((depth, node)) = open.pop() {
        rows.push((depth, node));
        open.extend(below.get(&node.id()).into_iter().flatten().rev().map(|node| (depth + 1, *node)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Leaf(u32, Option<u32>);

    impl Node for Leaf {
        type Id = u32;
        fn id(&self) -> u32 {
            self.0
        }
        fn parent(&self) -> Option<u32> {
            self.1
        }
    }

    fn rows(all: &[Leaf]) -> Vec<(usize, u32)> {
        as_tree(all).into_iter().map(|(depth, leaf)| (depth, leaf.0)).collect()
    }

    #[test]
    fn the_tree_is_read_from_the_top() {
        let all = [Leaf(1, None), Leaf(4, None), Leaf(2, Some(1)), Leaf(5, Some(1)), Leaf(3, Some(2))];
        assert_eq!(rows(&all), [(0, 1), (1, 2), (2, 3), (1, 5), (0, 4)]);
        assert_eq!(with_below(2, &all), BTreeSet::from([2, 3]));
        assert_eq!(rows(&[]), []);
    }

    #[test]
    fn what_stands_below_something_unseen_begins_at_the_top() {
        assert_eq!(rows(&[Leaf(2, Some(1)), Leaf(3, Some(2))]), [(0, 2), (1, 3)]);
    }

    #[test]
    fn ten_thousand_rows_and_a_ring_come_to_an_end() {
        let chain: Vec<Leaf> = (0..10_000).map(|n: u32| Leaf(n, n.checked_sub(1))).collect();
        assert_eq!(rows(&chain).last(), Some(&(9_999, 9_999)));
        assert_eq!(with_below(0, &chain).len(), 10_000);
        assert_eq!(with_below(1, &[Leaf(1, Some(2)), Leaf(2, Some(1))]).len(), 2);
    }
}
