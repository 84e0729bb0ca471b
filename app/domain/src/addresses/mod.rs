//! The addresses of an ISP: which networks it has, how ranges are written, which address is free next, how full a network
//! is. Nothing is looked up here; who holds what is handed in.

mod blocks;
mod ranges;
mod views;

pub use blocks::{
    Block, BlockDraft, BlockForm, Category, Fill, RangeDraft, RangeForm, RangeKind, neighbour, read_block, read_range, read_vrf, split,
};
pub use ranges::{Range, Ranges, next_free, number, read_ranges};
pub use views::*;
