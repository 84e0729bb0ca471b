//! Branches of an ISP as a tree of values: what a form must say, and that nothing stands below itself.

use super::tree::{Node, with_below};
use crate::{BranchId, Problem};
use serde::{Deserialize, Serialize};

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

impl Node for Branch {
    type Id = BranchId;
    fn id(&self) -> BranchId {
        self.id
    }
    fn parent(&self) -> Option<BranchId> {
        self.parent
    }
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
}
