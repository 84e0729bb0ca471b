//! Invoices as PDF on one core: each asked for once, one after the other, with everything that belongs to it (reading,
//! setting, remembering); and the same as one stack for the printer.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::{Result, bail};
use domain::billing::InvoiceFilter;
use domain::customers::Paging;
use domain::documents::{BatchFormat, Paper};
use domain::people::Caller;
use locales::Language;
use services::documents::{Download, Wanted, download, invoice_pdf, request_batch, run_batch};
use std::time::Instant;

const DOCUMENTS: u32 = 400;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, DOCUMENTS, &[]).await?;
    let caller = Caller::system(isp.id, "bench");
    services::billing::run_billing(services, &caller, services.today(&isp)).await?;
    let mut invoices = Vec::new();
    for page in 1.. {
        let (found, _) = services::billing::invoices(services, &caller, &InvoiceFilter::default(), None, Paging::new(page, 200)).await?;
        invoices.extend(found.rows.iter().map(|row| row.id));
        if i64::try_from(invoices.len())? >= found.total || found.rows.is_empty() {
            break;
        }
    }
    let wanted = |language| Wanted { paper: Paper::A4, language, base: "https://bench.example".into() };
    for (name, language) in [("", Language::English), ("bn_", Language::Bengali)] {
        let wanted = wanted(language);
        // The first one reads fonts and library.
        let Some((first, rest)) = invoices.split_first() else { bail!("nothing was billed") };
        invoice_pdf(services, &caller, *first, &wanted).await?;
        let started = Instant::now();
        let mut bytes = 0;
        for id in rest {
            bytes += invoice_pdf(services, &caller, *id, &wanted).await?.bytes.len();
        }
        let seconds = started.elapsed().as_secs_f64();
        print(&format!("documents.{name}pdf_per_s"), format!("{:.1}", rest.len() as f64 / seconds), "documents/s");
        print(&format!("documents.{name}pdf_kb"), format!("{:.1}", bytes as f64 / rest.len() as f64 / 1024.0), "kB");
    }
    let started = Instant::now();
    let id = request_batch(services, &caller, &InvoiceFilter::default(), BatchFormat::Pdf, &wanted(Language::English)).await?;
    run_batch(services, &caller, id).await?;
    let seconds = started.elapsed().as_secs_f64();
    let Download::Pdf(stack) = download(services, &caller, id).await? else { bail!("the stack is one PDF") };
    print("documents.stack_per_s", format!("{:.1}", invoices.len() as f64 / seconds), "documents/s");
    print("documents.stack_kb_each", format!("{:.1}", stack.len() as f64 / invoices.len() as f64 / 1024.0), "kB");
    Ok(())
}
