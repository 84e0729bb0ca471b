//! The template that a new ISP begins with: everything that a router needs to serve subscribers over PPPoE and hotspot.

/// "full": all parts, with a variable for whatever differs from router to router.
pub fn stock_template() -> &'static str {
    include_str!("full.json")
}
