//! Is this file a logo we can print? Told by its first bytes, never by its name: PNG or SVG of a modest size, without
//! anything in it that reaches outside.

/// Largest file of a logo.
pub const LARGEST_LOGO: usize = 300 * 1024;
const LONGEST_SIDE: u32 = 3_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoKind {
    Png,
    Svg,
}

impl LogoKind {
    /// The name under which a template finds it.
    pub fn file_name(self) -> &'static str {
        match self {
            LogoKind::Png => "logo.png",
            LogoKind::Svg => "logo.svg",
        }
    }

    pub fn from_file_name(name: &str) -> Option<Self> {
        [LogoKind::Png, LogoKind::Svg].into_iter().find(|kind| kind.file_name() == name)
    }
}

/// What kind of logo it is, or the key of the reason why it is none.
pub fn sniff_logo(bytes: &[u8]) -> Result<LogoKind, &'static str> {
    if bytes.len() > LARGEST_LOGO {
        return Err("problem-logo-too-large");
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return png(bytes);
    }
    svg(bytes)
}

fn png(bytes: &[u8]) -> Result<LogoKind, &'static str> {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
    match (bytes.get(12..16), number(16), number(20)) {
        (Some(b"IHDR"), Some(width), Some(height)) if width > 0 && height > 0 => match width.max(height) {
            side if side > LONGEST_SIDE => Err("problem-logo-too-many-pixels"),
            _ => Ok(LogoKind::Png),
        },
        _ => Err("problem-logo-damaged"),
    }
}

fn svg(bytes: &[u8]) -> Result<LogoKind, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "problem-logo-kind")?.to_lowercase();
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') || !text.contains("<svg") {
        return Err("problem-logo-kind");
    }
    // Entities multiply, scripts run, and references fetch: none has a place in a logo.
    let outside = [
        "<!entity",
        "<script",
        "<foreignobject",
        "javascript:",
        "@import",
        "href=\"http",
        "href='http",
        "url(http",
        "href=\"file",
        "href='file",
    ];
    if outside.iter().any(|word| text.contains(word)) {
        return Err("problem-logo-reaches-out");
    }
    Ok(LogoKind::Svg)
}
