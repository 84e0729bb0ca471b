//! Branches of an ISP as a tree of values: what a form must say, and that nothing stands below itself.

use crate::{BranchId, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const MOST_NAME: usize = 60;

/// A branch as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub id: BranchId,
    pub parent: Option<BranchId>,
    pub name: String,
    pub is_default: bool,
    pub customers: i64,
    pub people: i64,
    pub version: i32,
}

/// What is said of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchForm {
    pub name: String,
    pub parent: Option<BranchId>,
}

/// The same as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchInput {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub parent: String,
}

impl BranchInput {
    /// Reads it against the branches that there are; `id`: the one that is changed.
    pub fn read(&self, id: Option<BranchId>, all: &[Branch]) -> Result<BranchForm, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = self.name.trim().to_owned();
        if !(1..=MOST_NAME).contains(&name.chars().count()) {
            problems.push(Problem::new("name", "problem-name-length").with("most", MOST_NAME));
        }
        let parent: Option<BranchId> = match self.parent.trim() {
            "" => None,
            text => {
                let parent = text.parse::<BranchId>().ok().filter(|parent| all.iter().any(|branch| branch.id == *parent));
                if parent.is_none() {
                    problems.push(Problem::new("parent", "problem-choice"));
                }
                parent
            }
        };
        if let (Some(id), Some(parent)) = (id, parent)
            && with_below(id, all).contains(&parent)
        {
            problems.push(Problem::new("parent", "problem-branch-ring"));
        }
        if problems.is_empty() { Ok(BranchForm { name, parent }) } else { Err(problems) }
    }
}

/// A branch and everything below it.
pub fn with_below(id: BranchId, all: &[Branch]) -> BTreeSet<BranchId> {
    let mut found = BTreeSet::from([id]);
    loop {
        let more: Vec<BranchId> =
            all.iter().filter(|branch| branch.parent.is_some_and(|parent| found.contains(&parent))).map(|branch| branch.id).collect();
        let before = found.len();
        found.extend(more);
        if found.len() == before {
            return found;
        }
    }
}

/// In the order of the tree, each with its depth.
pub fn as_tree(all: &[Branch]) -> Vec<(usize, &Branch)> {
    let mut rows = Vec::new();
    let mut open: Vec<(usize, &Branch)> = all.iter().rev().filter(|branch| branch.parent.is_none()).map(|branch| (0, branch)).collect();
    while let Some((depth, branch)) = open.pop() {
        rows.push((depth, branch));
        open.extend(all.iter().rev().filter(|below| below.parent == Some(branch.id)).map(|below| (depth + 1, below)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn branch(id: u128, parent: Option<u128>) -> Branch {
        let id_of = |id| BranchId(Uuid::from_u128(id));
        Branch { id: id_of(id), parent: parent.map(id_of), name: id.to_string(), is_default: id == 1, customers: 0, people: 0, version: 1 }
    }

    #[test]
    fn nothing_stands_below_itself() {
        let all = [branch(1, None), branch(2, Some(1)), branch(3, Some(2)), branch(4, None)];
        let read = |id: usize, parent: usize| {
            BranchInput { name: "North".into(), parent: all[parent].id.to_string() }
                .read(Some(all[id].id), &all)
                .map_err(|problems| problems[0].key.clone())
        };
        assert_eq!(read(0, 2), Err("problem-branch-ring".into()));
        assert_eq!(read(1, 1), Err("problem-branch-ring".into()));
        assert!(read(2, 3).is_ok());
        assert_eq!(BranchInput { name: " ".into(), parent: "x".into() }.read(None, &all).unwrap_err().len(), 2);
    }

    #[test]
    fn the_tree_is_read_from_the_top() {
        let all = [branch(1, None), branch(4, None), branch(2, Some(1)), branch(3, Some(2))];
        let rows: Vec<(usize, String)> = as_tree(&all).into_iter().map(|(depth, branch)| (depth, branch.name.clone())).collect();
        assert_eq!(rows, [(0, "1".into()), (1, "2".into()), (2, "3".into()), (0, "4".into())]);
    }
}
