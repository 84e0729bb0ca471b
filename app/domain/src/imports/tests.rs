//! Whole small files through both walks.

use super::*;
use crate::{Currency, Money, PackageId};
use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 15).unwrap()
}

fn home_10() -> KnownPackage {
    KnownPackage {
        id: PackageId(Uuid::from_u128(10)),
        name: "Home 10".into(),
        up_kbps: Some(10_000),
        down_kbps: Some(10_000),
        price: Money::new(80_000, Currency::Bdt),
        archived: false,
    }
}

fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split(';').map(|cell| cell.trim().to_string()).collect()).collect()
}

/// First line: the header. Each further line is a row, numbered from 2.
fn decide(text: &str, options: ImportOptions, existing: &Existing) -> (Vec<Decided>, Plan) {
    let rows = rows(text);
    let mapping = guess_mapping(&rows[0]);
    let mut survey = Survey::new(mapping.clone(), options.clone(), vec![home_10()], Currency::Bdt);
    rows[1..].iter().for_each(|row| survey.observe(row));
    let (plan, book) = survey.finish();
    let mut decider = Decider::new(&mapping, &options, &plan, &book, Currency::Bdt, today());
    let decided = rows[1..].iter().enumerate().map(|(at, row)| decider.decide(at as u32 + 2, row, existing)).collect();
    let plan = decider.finish();
    (decided, plan)
}

fn fates(text: &str) -> Vec<String> {
    let (decided, _) = decide(text, ImportOptions::default(), &Existing::default());
    let describe = |row: Decided| {
        let keys: Vec<_> = row.problems.iter().map(|problem| format!("{}:{}", problem.field, problem.key)).collect();
        format!("{} {}", row.fate.slug(), keys.join(" ")).trim().to_string()
    };
    decided.into_iter().map(describe).collect()
}

#[test]
fn each_wrong_cell_is_named_with_its_column() {
    let text = "user id;password;name;mobile;package;bill;connection date;mac;ip;status
        good;pw;Rahim;01711123456;Home 10;৳ ৮০০;31/01/2026;AA:BB:CC:00:11:22;103.1.1.1;Active
        rahim mia;pw;Rahim;01711123456;Home 10;800;;;;
        feb;pw;Rahim;01711123456;Home 10;800;31/02/2026;;;
        neg;pw;Rahim;01711123456;Home 10;-800;;;;
        dec;pw;Rahim;01711123456;Home 10;800.505;;;;
        tel;pw;Rahim;12345;Home 10;800;;;;
        pkg;pw;Rahim;01711123456;Gamer 99;800;;;;
        pass;;Rahim;01711123456;Home 10;800;;;;
        many;;=1+1;12345;;x;32/01/2026;zz;1.2.3.400;perhaps
        ;;;;;;;;;
        ip;pw;Rahim;01711123456;Home 10;800;;;103.1.1.1;
        left;pw;Rahim;01711123456;Home 10;800;;;;Left";
    assert_eq!(
        fates(text),
        [
            "new",
            "wrong username:problem-username-space",
            "wrong starts-on:problem-date-not-real",
            "wrong price:problem-amount-negative",
            "wrong price:problem-amount-decimals",
            "wrong mobile:problem-mobile",
            "wrong package:import-problem-package-unknown",
            "wrong password:import-problem-password-empty",
            "wrong name:import-problem-formula mobile:problem-mobile price:problem-amount-not-a-number package:import-problem-package-empty \
             starts-on:problem-date-not-real status:import-problem-status mac:problem-mac static-ip:problem-static-ip password:import-problem-password-empty",
            "blank",
            "wrong static-ip:import-problem-ip-twice",
            "wrong status:import-problem-left",
        ]
    );
}

#[test]
fn the_first_of_two_wins_unless_it_is_wrong() {
    let text = "username;password;name;package
        rahim;pw;Rahim;Home 10
        RAHIM;pw;Rahim again;Home 10
        karim;;Karim;Home 10
        karim;pw;Karim;Home 10
        karim;pw;Karim;Home 10";
    let expected = [
        "new",
        "duplicate username:import-duplicate-of",
        "wrong password:import-problem-password-empty",
        "new",
        "duplicate username:import-duplicate-of",
    ];
    assert_eq!(fates(text), expected);
}

#[test]
fn who_is_here_already_stays_untouched() {
    let mut existing = Existing::default();
    existing.usernames.insert("rahim".into(), ("C-00001".into(), "Rahim Uddin".into()));
    existing.addresses.insert("103.1.1.1".parse().unwrap(), "office".into());
    let text = "username;password;name;package;ip
        Rahim;pw;rahim uddin;Home 10;
        rahim;;;;
        karim;pw;Karim;Home 10;103.1.1.1";
    let (decided, _) = decide(text, ImportOptions::default(), &existing);
    assert_eq!(decided[0].problems[0].key, "import-same-as");
    assert_eq!(decided.iter().map(|row| row.fate).collect::<Vec<_>>(), [Fate::Same, Fate::Duplicate, Fate::Wrong]);
    let other = decide("username;name\nrahim;Somebody Else", ImportOptions::default(), &existing).0;
    assert_eq!(other[0].problems[0].key, "import-same-but-named");
}

#[test]
fn a_column_decides_its_order_for_all_rows() {
    let order = |cells: &[&str]| {
        let text = format!(
            "username;password;package;connection date\n{}",
            cells.iter().enumerate().map(|(n, cell)| format!("u{n};p;Home 10;{cell}")).collect::<Vec<_>>().join("\n")
        );
        let (decided, plan) = decide(&text, ImportOptions::default(), &Existing::default());
        let dates: Vec<_> = decided
            .iter()
            .map(|row| row.parsed.as_ref().and_then(|row| row.starts_on).map_or("-".into(), |date| date.to_string()))
            .collect();
        (plan.readings[0].order, dates.join(" "))
    };
    assert_eq!(order(&["03/04/2025", "05/06/2025"]), (DateOrder::DayFirst, "2025-04-03 2025-06-05".into()));
    assert_eq!(order(&["03/04/2025", "05/26/2025"]), (DateOrder::MonthFirst, "2025-03-04 2025-05-26".into()));
    assert_eq!(order(&["03/04/2025", "05/26/2025", "26/05/2025"]), (DateOrder::DayFirst, "2025-04-03 - 2025-05-26".into()));
}

#[test]
fn packages_of_the_file_are_created_on_request() {
    let options = ImportOptions { create_packages: true, ..ImportOptions::default() };
    let text = "username;password;package;speed;bill
        a;p;Gamer 20;20 Mbps;1200
        b;p;gamer-20;20;1,200.00
        c;p;Gamer 20;;1300
        d;p;Gamer 20;;
        e;p;Dark Fibre;;
        f;p;Home 10;;750
        g;p;Night;;300
        h;p;Night;;400
        i;p;;20M;
        j;p;;;1200";
    let fates = |decided: &[Decided]| -> Vec<String> {
        decided.iter().map(|row| row.problems.first().map_or(row.fate.slug(), |problem| problem.key.as_str()).to_string()).collect()
    };
    let (decided, plan) = decide(text, options.clone(), &Existing::default());
    let (no_price, price) = ("import-problem-package-no-price", "import-problem-package-price");
    assert_eq!(fates(&decided), ["new", "new", "new", "new", no_price, "new", price, price, "new", "new"]);
    let gamer = &plan.new_packages[0];
    let taka = |amount: i64| Some(Money::new(amount * 100, Currency::Bdt));
    assert_eq!((gamer.name.as_str(), gamer.down_kbps, gamer.price, gamer.rows), ("Gamer 20", Some(20_000), taka(1200), 6));
    assert_eq!((plan.new_packages[1].price, plan.new_packages.len()), (None, 3));
    let own = |at: usize| decided[at].parsed.as_ref().unwrap().custom_price;
    assert_eq!((own(0), own(2), own(5), own(8)), (None, taka(1300), taka(750), None));

    let prices = [("night".to_string(), "350".to_string()), ("darkfibre".into(), "9000".into())].into();
    let (decided, _) = decide(text, ImportOptions { package_prices: prices, ..options }, &Existing::default());
    assert!(decided.iter().all(|row| row.fate == Fate::New));
    let own = |at: usize| decided[at].parsed.as_ref().unwrap().custom_price;
    assert_eq!((own(4), own(6)), (None, taka(300)));
}

/// What an import creates must not make rows good that were wrong before: the same file twice creates nothing.
#[test]
fn a_row_reads_the_same_before_its_package_exists_and_after() {
    let options = ImportOptions { create_packages: true, ..ImportOptions::default() };
    let text = "username;password;package;speed;bill
        a;p;Gamer 20;20 Mbps;1200
        b;p;Gamer 30;20 Mbps;1500
        c;p;;20;
        d;p;20M;;1500
        e;p;;;1500
        f;p;;30;
        g;p;30M;;900
        h;p;;30;700
        i;p;;;";
    let (first, plan) = decide(text, options.clone(), &Existing::default());
    let rows = rows(text);
    let mapping = guess_mapping(&rows[0]);
    let created = plan.new_packages.iter().filter(|package| package.rows > 0).enumerate().map(|(at, package)| KnownPackage {
        id: PackageId(Uuid::from_u128(100 + at as u128)),
        name: package.name.clone(),
        up_kbps: package.up_kbps,
        down_kbps: package.down_kbps,
        price: package.price.unwrap(),
        archived: false,
    });
    let known: Vec<_> = std::iter::once(home_10()).chain(created).collect();
    let mut survey = Survey::new(mapping.clone(), options.clone(), known, Currency::Bdt);
    rows[1..].iter().for_each(|row| survey.observe(row));
    let (plan, book) = survey.finish();
    let mut decider = Decider::new(&mapping, &options, &plan, &book, Currency::Bdt, today());
    for (at, row) in rows[1..].iter().enumerate() {
        let again = decider.decide(at as u32, row, &Existing::default());
        assert_eq!((again.fate, &again.problems), (first[at].fate, &first[at].problems), "{row:?}");
    }
}

#[test]
fn a_router_list_keeps_people_in_comments() {
    let text = "name;service;caller-id;password;profile;remote-address;last-logged-out;comment;disabled
        rahim10;pppoe;AA:BB:CC:00:11:22;1234;10M;pool-home;mar/01/2026 10:00:00;Rahim Uddin / 01711-123456 / Mirpur 10;false
        karim10;pppoe;;1234;10M;103.1.1.7;;;yes";
    let (decided, _) = decide(text, ImportOptions::default(), &Existing::default());
    let rahim = decided[0].parsed.as_ref().unwrap();
    assert_eq!((rahim.username.as_str(), rahim.name.as_str(), rahim.mobile.as_deref()), ("rahim10", "Rahim Uddin", Some("+8801711123456")));
    assert_eq!((rahim.note.as_deref(), rahim.static_ip, rahim.blocked.as_deref()), (Some("Mirpur 10"), None, None));
    assert_eq!(rahim.notes[0].key, "import-note-pool");
    let karim = decided[1].parsed.as_ref().unwrap();
    assert_eq!((karim.name.as_str(), karim.blocked.as_deref(), karim.static_ip.is_some()), ("karim10", Some("disabled"), true));
}

#[test]
fn how_far_back_a_file_may_reach() {
    let text = "username;password;package;connection date;expiry
        a;p;Home 10;01/01/2024;01/04/2026
        b;p;Home 10;01/01/2024;10/01/2026
        c;p;Home 10;01/01/2020;01/01/2022
        d;p;Home 10;01/05/2026;01/04/2026";
    let (decided, _) = decide(text, ImportOptions::default(), &Existing::default());
    let of_date = |at: usize| decided[at].parsed.as_ref().unwrap().notes.iter().find(|note| note.field == "paid-until");
    assert_eq!(of_date(0), None);
    let note = of_date(1).unwrap();
    assert_eq!((note.key.as_str(), note.args[1].1.as_str()), ("import-note-months-open", "2"));
    assert_eq!(decided[2].problems[0].key, "import-problem-paid-until-old");
    assert_eq!(decided[3].problems[0].key, "import-problem-paid-before-start");
}

proptest! {
    /// Whatever the cells hold: every row has a fate, no user name is created twice, and only good rows are.
    #[test]
    fn any_file_is_judged(cells in proptest::collection::vec((
        "[a-c]{0,2}|[a-c] [a-c]", "|pw|.{0,3}", "Rahim|.{0,5}", "01711123456|[0-9]{0,12}", "Home 10|10M|.{0,6}", "800|-5|৳1,2.{0,2}", "0[1-9]/0[1-9]/2026|.{0,10}",
    ), 0..25), create: bool, generate: bool) {
        let mapping: Mapping = [Field::Username, Field::Password, Field::Name, Field::Mobile, Field::Package, Field::Price, Field::StartsOn].map(Some).to_vec();
        let options = ImportOptions { create_packages: create, generate_passwords: generate, ..ImportOptions::default() };
        let rows: Vec<Vec<String>> = cells.into_iter().map(|(a, b, c, d, e, f, g)| vec![a, b, c, d, e, f, g]).collect();
        let mut survey = Survey::new(mapping.clone(), options.clone(), vec![home_10()], Currency::Bdt);
        rows.iter().for_each(|row| survey.observe(row));
        let (plan, book) = survey.finish();
        let mut decider = Decider::new(&mapping, &options, &plan, &book, Currency::Bdt, today());
        let mut created = std::collections::BTreeSet::new();
        for (at, row) in rows.iter().enumerate() {
            let decided = decider.decide(at as u32, row, &Existing::default());
            prop_assert_eq!(decided.fate == Fate::New, decided.parsed.is_some());
            prop_assert_eq!(decided.fate == Fate::Wrong || decided.fate == Fate::Duplicate, !decided.problems.is_empty());
            if let Some(parsed) = decided.parsed {
                prop_assert!(created.insert(parsed.username.to_lowercase()));
                prop_assert!(parsed.password_generated || password_cell(&mapping, row).is_some());
            }
        }
        let rows_of_new: u32 = decider.finish().new_packages.iter().map(|package| package.rows).sum();
        prop_assert!(rows_of_new as usize <= created.len());
    }
}

#[test]
fn a_row_names_a_zone_that_there_is() {
    let zone = |id: u128, parent: Option<u128>, name: &str| crate::people::Zone {
        id: Uuid::from_u128(id).into(),
        parent: parent.map(|id| Uuid::from_u128(id).into()),
        name: name.into(),
        shape: None,
        version: 1,
    };
    let zones = vec![zone(1, None, "Dhaka"), zone(2, Some(1), "Ten"), zone(3, None, "Ten")];
    let existing = Existing { zones, ..Existing::default() };
    let text = "user id;password;name;package;bill;zone
        a;pw;Rahim;Home 10;800;dhaka
        b;pw;Karim;Home 10;800;Dhaka / Ten
        c;pw;Salma;Home 10;800;
        d;pw;Nadia;Home 10;800;Sylhet
        e;pw;Mitu;Home 10;800;Sylhet";
    let (decided, _) = decide(text, ImportOptions::default(), &existing);
    let zones: Vec<_> = decided.iter().filter_map(|row| row.parsed.as_ref()).map(|row| row.zone.as_deref()).collect();
    assert_eq!(zones, [Some("dhaka"), Some("Dhaka / Ten"), None]);
    let wrong: Vec<_> = decided.iter().filter(|row| row.fate == Fate::Wrong).map(|row| row.problems[0].key.as_str()).collect();
    assert_eq!(wrong, ["import-problem-zone"; 2]);
}
