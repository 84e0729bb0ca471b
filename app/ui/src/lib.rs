//! The interface kit: frame, page parts, forms, tables, toasts and the chart overlay, for every role alike.
//! It knows no page, no permission and no server function; whoever uses it passes texts, links and values.
//! Everything renders whole on the server and works as plain links and forms before, or without, the browser half.

// A page's type is as deep as its elements.
#![recursion_limit = "256"]

pub mod chart;
pub mod forms;
pub mod frame;
pub mod hydrated;
pub mod i18n;
pub mod icon;
pub mod page;
pub mod place;
pub mod query;
pub mod status;
pub mod table;
pub mod toasts;
pub mod values;

/// What a page imports: `use ui::prelude::*;`.
pub mod prelude {
    pub use crate::chart::{Chart, ChartPicture, ChartSeries};
    pub use crate::forms::{
        ButtonStyle, CheckField, ConfirmButton, DateField, ErrorSummary, Field, FileField, HiddenField, LinkButton, MoneyField, PostForm,
        SelectField, Sent, SubmitButton, TextAreaField, TextField, came_back, problem_at, provide_problems, use_problems,
    };
    pub use crate::frame::{AppFrame, MenuEntry, PaletteAction, Person, PlainFrame, Theme};
    pub use crate::hydrated::{provide_hydrated, use_hydrated};
    pub use crate::i18n::{Arg, Language, key, problem_words, provide_language, t, t_with, use_language};
    pub use crate::icon::Icon;
    pub use crate::page::{
        Alert, Card, Definition, DefinitionList, EmptyState, PageHeader, ProgressBar, StatCard, TabItem, Tabs, TitleSlot,
    };
    pub use crate::place::{CurrentUrl, provide_current_url, use_current_url};
    pub use crate::query::{ListQuery, Query, Sort};
    pub use crate::status::{StatusBadge, Tone};
    pub use crate::table::{BulkBar, Column, DataTable, FilterChips, FilterField, FilterOption, Pagination, Row, SearchBox};
    pub use crate::values::{DateText, MoneyText, NumberText, TimeText};
}

#[cfg(all(test, feature = "ssr"))]
mod render_tests;
