//! What a browser calls itself, in two words a person knows. A guess for the eye: nothing is decided by it.

use ui::prelude::{t, t_with};

/// Browser and system, as far as the text tells.
fn device(agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // The order matters: each of them also calls itself by the names that come after it.
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    (browser, system)
}

/// The same in words.
pub(crate) fn words(agent: &str) -> String {
    match device(agent) {
        (Some(browser), Some(system)) => t_with("session-browser-on", &[("browser", browser.into()), ("system", system.into())]),
        (Some(name), None) | (None, Some(name)) => name.to_string(),
        (None, None) => t("session-device-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_are_told_apart_by_what_they_alone_say() {
        let chrome = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
        assert_eq!(device(chrome), (Some("Chrome"), Some("Android")));
        assert_eq!(device(&format!("{chrome} Edg/140.0")), (Some("Edge"), Some("Android")));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1";
        assert_eq!(device(safari), (Some("Safari"), Some("iPhone")));
        assert_eq!(device("something of its own"), (None, None));
    }
}
