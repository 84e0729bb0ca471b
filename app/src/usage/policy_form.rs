//! The editor of a policy with its simulator: what it does to somebody at a given use and moment, and day by day, while it
//! is typed. Works without JavaScript, too.

use super::api::{ArchiveFairUse, SaveFairUse};
use super::words::{effect_mark, octets, steps, terms};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::fair_use::{Counted, FairUseForm, MOST_STEPS, Policy, PolicyRow, StepForm, Used, WEEK, gigabytes, read_fair_use, simulate};
use domain::packages::Package;
use domain::rights::Permission;
use domain::{FairUseId, PackageId};
use leptos::prelude::*;
use services::fair_use::Version;
use services::{fair_use, packages, require};
use ui::prelude::*;

/// Rows of the ladder that are offered at least; one more than are filled in.
const LEAST_ROWS: usize = 3;
/// Days that the simulation runs.
const DAYS: u16 = 31;

pub(crate) async fn new_policy(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PackagesEdit)?;
    let step = |gb: &str, speed: &str| StepForm { gb: gb.into(), up: speed.into(), down: speed.into(), ..StepForm::default() };
    let usual = FairUseForm {
        window: "month".into(),
        counted: "both".into(),
        month_day: "1".into(),
        steps: vec![step("100", "10"), step("200", "5")],
        rollover_months: "0".into(),
        ..FairUseForm::default()
    };
    let all = packages::list_packages(at.services(), at.caller()?).await?;
    Ok(page(&at, t("usage-policy-add"), None, usual, &[], all, ().into_any()))
}

pub(crate) async fn edit_policy(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::PackagesEdit)?;
    let id: FairUseId = at.param("id")?;
    let (row, versions) = fair_use::policy(at.services(), at.caller()?, id).await?;
    let all = packages::list_packages(at.services(), at.caller()?).await?;
    let form = FairUseForm::of(&row.name, &row.policy, row.version);
    let below = view! { {history(versions, &at)} {danger(&row)} }.into_any();
    Ok(page(&at, row.name.clone(), Some(id), form, &row.packages, all, below))
}

fn page(
    at: &Drawing,
    title: String,
    id: Option<FairUseId>,
    first: FairUseForm,
    chosen: &[PackageId],
    all: Vec<Package>,
    below: AnyView,
) -> AnyView {
    let typed = typed(at);
    let shown = typed.as_ref().unwrap_or(&first);
    let filled = shown.steps.iter().rposition(|step| *step != StepForm::default()).map_or(0, |last| last + 1);
    let (rows, window_of) = ((filled + 1).clamp(LEAST_ROWS, MOST_STEPS), shown.window.clone());
    let policy = match typed {
        Some(form) => read_fair_use(&form).ok().map(|(_, policy)| policy),
        None => read_fair_use(&FairUseForm { name: "–".into(), ..first.clone() }).ok().map(|(_, policy)| policy),
    };
    let (rules, offered) = (first.clone(), chosen.to_vec());
    let (today, day, used, daily) = (at.visit().today, at.typed("sim[day]"), at.typed("sim[used]"), at.typed("sim[daily]"));
    let simulated = simulated(policy.as_ref(), day.and_then(|text| text.parse().ok()).unwrap_or(today), used, daily);
    view! {
        <PageHeader title=title subtitle=t("usage-policy-lead") back=("/packages/fair-use".to_string(), t("usage-policies"))/>
        <PostForm action={action::<SaveFairUse>()} live=true>
            <div class="flow">
                <ErrorSummary/>
                {id.map(|id| view! { <HiddenField name="id" value=id.to_string()/> })}
                <HiddenField name="form[version]" value=first.version.to_string()/>
                {window(rules.clone(), &window_of)}
                {ladder(rules.clone(), rows)}
                {exceptions(rules)}
                {package_list(all, offered)}
                <Card title=t("usage-simulator") subtitle=t("usage-simulator-lead")>
                    <div class="form-grid">
                        <TextField name="sim[used]" label=t("usage-sim-used") value="50" suffix="GB" inputmode="decimal"/>
                        <DateField name="sim[day]" label=t("usage-sim-day") value=today/>
                        <TextField name="sim[daily]" label=t("usage-sim-daily") value="8" suffix="GB" inputmode="decimal" help=t("usage-sim-daily-help")/>
                    </div>
                    <div class="mt-4" aria-live="polite">{simulated}</div>
                </Card>
                <div class="form-actions">
                    <SubmitButton label=t("action-save") icon="check"/>
                    <LinkButton href="/packages/fair-use" label=t("action-cancel") style=ButtonStyle::Ghost/>
                </div>
            </div>
        </PostForm>
        {below}
    }
    .into_any()
}

/// The form as it is typed now.
fn typed(at: &Drawing) -> Option<FairUseForm> {
    at.typed("form[window]")?;
    let text = |field: String| at.typed(&field).unwrap_or_default().to_string();
    let of = |field: &str| text(format!("form[{field}]"));
    let step = |row: usize, part: &str| text(format!("form[steps][{row}][{part}]"));
    Some(FairUseForm {
        name: "–".into(),
        window: of("window"),
        week_day: of("week_day"),
        month_day: of("month_day"),
        counted: of("counted"),
        steps: (0..MOST_STEPS)
            .map(|row| StepForm { gb: step(row, "gb"), hours: step(row, "hours"), up: step(row, "up"), down: step(row, "down") })
            .collect(),
        stop_gb: of("stop_gb"),
        stop_hours: of("stop_hours"),
        free_from: of("free_from"),
        free_to: of("free_to"),
        weekend_more: of("weekend_more"),
        days_off: at.ticked("form[days_off][]"),
        rollover_months: of("rollover_months"),
        version: 0,
    })
}

/// The first day is only asked for where the window has one to choose.
fn window(form: FairUseForm, chosen: &str) -> AnyView {
    let windows = ["day", "week", "month", "cycle"].map(|slug| (slug.to_string(), t(&format!("usage-window-{slug}")))).to_vec();
    let days = WEEK.map(|(_, slug)| (slug.to_string(), t(&format!("usage-day-{slug}")))).to_vec();
    let counted = ["both", "down", "up"].map(|slug| (slug.to_string(), t(&format!("usage-counted-{slug}")))).to_vec();
    let week_day = if form.week_day.is_empty() { "sat".to_string() } else { form.week_day };
    let month_day = if form.month_day.is_empty() { "1".to_string() } else { form.month_day };
    let first_day = match chosen {
        "week" => Some(view! { <SelectField name="form[week_day]" label=t("usage-week-day") options=days value=week_day/> }.into_any()),
        "month" => {
            Some(view! { <TextField name="form[month_day]" label=t("usage-month-day") value=month_day inputmode="numeric"/> }.into_any())
        }
        _ => None,
    };
    view! {
        <Card title=t("usage-section-count")>
            <div class="form-grid">
                <TextField name="form[name]" label=t("common-name") value=form.name maxlength=60/>
                <SelectField name="form[counted]" label=t("usage-counted") options=counted value=form.counted/>
                <SelectField name="form[window]" label=t("usage-window") options=windows value=form.window help=t("usage-window-help")/>
                {first_day}
            </div>
        </Card>
    }
    .into_any()
}

fn step_row(row: usize, step: StepForm) -> AnyView {
    let name = |part: &str| format!("form[steps][{row}][{part}]");
    let id = |part: &str| format!("field-steps-{row}-{part}");
    let wrong = |part: &str| problem_at(&format!("steps-{row}-{part}"));
    let title = t_with("usage-step-number", &[("number", (row + 1).into())]);
    view! {
        <fieldset class="mb-4 border-b border-line pb-4">
            <legend class="font-medium">{title}</legend>
            <div class="form-line">
                <TextField name=name("gb") id=id("gb") label=t("usage-from-data") value=step.gb suffix="GB" inputmode="decimal" optional=true error=wrong("gb")/>
                <TextField name=name("hours") id=id("hours") label=t("usage-from-hours") value=step.hours suffix="h" inputmode="decimal" optional=true error=wrong("hours")/>
                <TextField name=name("down") id=id("down") label=t("usage-step-down") value=step.down suffix="Mbps" inputmode="decimal" optional=true error=wrong("down")/>
                <TextField name=name("up") id=id("up") label=t("usage-step-up") value=step.up suffix="Mbps" inputmode="decimal" optional=true error=wrong("up")/>
            </div>
        </fieldset>
    }
    .into_any()
}

fn ladder(form: FairUseForm, rows: usize) -> AnyView {
    let rows = (0..rows).map(|row| step_row(row, form.steps.get(row).cloned().unwrap_or_default())).collect_view();
    view! {
        <Card title=t("usage-ladder") subtitle=t("usage-ladder-help")>
            {rows}
            <div class="form-grid">
                <TextField name="form[stop_gb]" label=t("usage-stop-data") value=form.stop_gb suffix="GB" inputmode="decimal" optional=true help=t("usage-stop-help")/>
                <TextField name="form[stop_hours]" label=t("usage-stop-hours") value=form.stop_hours suffix="h" inputmode="decimal" optional=true/>
            </div>
        </Card>
    }
    .into_any()
}

fn exceptions(form: FairUseForm) -> AnyView {
    let days = WEEK
        .map(|(_, slug)| {
            let checked = form.days_off.iter().any(|day| day == slug);
            view! { <CheckField name="form[days_off][]" id=format!("off-{slug}") value=slug label=t(&format!("usage-day-{slug}")) checked=checked/> }
        })
        .collect_view();
    view! {
        <Card title=t("usage-section-more")>
            <div class="form-grid">
                <TextField name="form[free_from]" label=t("usage-free-from") value=form.free_from kind="time" optional=true help=t("usage-free-help")/>
                <TextField name="form[free_to]" label=t("usage-free-to") value=form.free_to kind="time" optional=true/>
                <TextField name="form[weekend_more]" label=t("usage-weekend-more") value=form.weekend_more suffix="%" inputmode="numeric" optional=true help=t("usage-weekend-help")/>
                <TextField name="form[rollover_months]" label=t("usage-rollover") value=form.rollover_months inputmode="numeric" help=t("usage-rollover-help")/>
            </div>
            <fieldset class="mt-4"><legend class="font-medium">{t("usage-days-off")}</legend><div class="mt-2 flex flex-wrap gap-x-6">{days}</div></fieldset>
        </Card>
    }
    .into_any()
}

fn package_list(all: Vec<Package>, chosen: Vec<PackageId>) -> AnyView {
    let boxes = all
        .into_iter()
        .filter(|package| package.terms.kind.has_line() && (!package.archived || chosen.contains(&package.id)))
        .map(|package| {
            let checked = chosen.contains(&package.id);
            let id = package.id.to_string();
            view! { <CheckField name="packages[]" id=format!("package-{id}") value=id label=package.name checked=checked/> }
        })
        .collect_view();
    view! {
        <Card title=t("packages-title") subtitle=t("usage-packages-help")><div class="grid gap-x-6 sm:grid-cols-2 lg:grid-cols-3">{boxes}</div></Card>
    }
    .into_any()
}

/// The rule in words, what it does at the given use on the day, and what happens day by day.
fn simulated(policy: Option<&Policy>, day: chrono::NaiveDate, used: Option<&str>, daily: Option<&str>) -> AnyView {
    let Some(policy) = policy else { return view! { <Alert tone=Tone::Info>{t("usage-sim-unclear")}</Alert> }.into_any() };
    let split = |octets: u64| match policy.counted {
        Counted::Up => Used { up: octets, ..Used::default() },
        _ => Used { down: octets, ..Used::default() },
    };
    let language = use_language();
    let now = gigabytes(used.unwrap_or("50")).unwrap_or(0);
    let effect = policy.effect(split(now), 0, day);
    let hourly = split(gigabytes(daily.unwrap_or("8")).unwrap_or(0) / 24);
    let hours = simulate(policy, &[Used { seconds: 3_600, ..hourly }; 24], 0, policy.begins(day), DAYS);
    let many = hours.len();
    let rows = hours.into_iter().take(20).enumerate().map(|(index, hour)| {
        let effect = hour.effect;
        Row::new(index, locales::date_time(language, hour.at))
            .cell(locales::date_time(language, hour.at))
            .cell(view! { <span class="figure">{octets(hour.counted)}</span> })
            .cell(effect_mark(effect))
    });
    let rows: Vec<Row> = rows.collect();
    let columns = vec![Column::new(t("common-time")), Column::new(t("usage-counted-then")).numeric(), Column::new(t("usage-then"))];
    let at = t_with("usage-sim-at", &[("used", octets(now).into()), ("date", locales::date(language, day).into())]);
    let more = (many > 20).then(|| view! { <p class="muted mt-2">{t("usage-sim-more")}</p> });
    let words = steps(policy).into_iter().chain(terms(policy)).collect::<Vec<_>>().join(" · ");
    view! {
        <p class="notice tone-info"><Icon name="info"/><span class="notice-words">{words}</span></p>
        <p class="row-line my-4 flex-wrap"><span>{at}</span>{effect_mark(effect)}</p>
        <DataTable caption=t("usage-simulator") columns=columns rows=rows/>
        {more}
    }
    .into_any()
}

fn history(versions: Vec<Version>, at: &Drawing) -> AnyView {
    let rows = versions.into_iter().map(|(version, since, policy)| {
        let words = steps(&policy).into_iter().chain(terms(&policy)).collect::<Vec<_>>().join(" · ");
        Row::new(version, version.to_string())
            .cell(view! { <NumberText value=i64::from(version)/> })
            .cell(view! { <TimeText at=at.visit().local(since)/> })
            .cell(words)
    });
    let columns = vec![Column::new(t("usage-version")), Column::new(t("usage-since")), Column::new(t("usage-rules"))];
    let rows = rows.collect();
    view! { <div class="mt-6"><Card title=t("usage-versions") flush=true><DataTable caption=t("usage-versions") columns=columns rows=rows/></Card></div> }
        .into_any()
}

fn danger(row: &PolicyRow) -> AnyView {
    let (id, archived) = (row.id.to_string(), row.archived);
    let body = t_with("usage-archive-body", &[("count", row.lines.into())]);
    let button = if archived {
        view! { <SubmitButton label=t("usage-unarchive") style=ButtonStyle::Secondary icon="archive-restore"/> }.into_any()
    } else {
        view! { <ConfirmButton label=t("usage-archive") body=body icon="archive"/> }.into_any()
    };
    view! {
        <div class="mt-6">
            <PostForm action={action::<ArchiveFairUse>()}>
                <ErrorSummary/>
                <HiddenField name="id" value=id/>
                <HiddenField name="archived" value=(!archived).to_string()/>
                {button}
            </PostForm>
        </div>
    }
    .into_any()
}
