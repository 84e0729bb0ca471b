//! What is wrong, in words, where no page is around it: for programs, files and the command line.

use domain::Problem;
use locales::{Arg, Language, text_with};

pub fn problem_words(language: Language, problem: &Problem) -> String {
    let args: Vec<(&str, Arg)> = problem.args.iter().map(|(name, value)| (name.as_str(), value.into())).collect();
    text_with(language, &problem.key, &args)
}
