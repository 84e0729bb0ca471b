//! Yes or no to what a changed master proposes. After a yes a job tells every subscriber whose cycle runs to keep his
//! speed until it ends, and only then the package changes; prices follow their own days. The job may be killed anywhere.

use super::{commit, own, seller};
use crate::{Error, Result, Services, require};
use domain::packages::views::{Proposal, ProposalState};
use domain::packages::{TermsField, changed, inherit};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Problem, ProposalId};
use storage::audit::Change;
use storage::{IspTx, audit, jobs, packages};

/// The job that applies one accepted proposal.
pub const PROPOSAL_TASK: &str = "package.apply_proposal";
/// Subscribers told in one transaction.
const BATCH: i64 = 500;

/// Yes: the package follows its master, its subscribers from their next cycle. Answers with how many there are.
pub async fn accept_proposal(services: &Services, caller: &Caller, id: ProposalId) -> Result<i64> {
    let (mut tx, proposal) = open(services, caller, id).await?;
    let now = services.now();
    let (holders, _) = packages::holders(&mut tx, proposal.package_id).await?;
    packages::begin_proposal(&mut tx, id, holders, now).await?;
    let payload = serde_json::json!({ "isp_id": caller.isp_id, "proposal_id": id });
    jobs::enqueue(&mut tx, PROPOSAL_TASK, payload, Some(&format!("{PROPOSAL_TASK}:{id}"))).await?;
    record(&mut tx, services, "proposal.accept", &proposal).await?;
    commit(tx).await?;
    Ok(holders)
}

/// No: the package stays as it is.
pub async fn decline_proposal(services: &Services, caller: &Caller, id: ProposalId) -> Result<()> {
    let (mut tx, proposal) = open(services, caller, id).await?;
    packages::set_proposal_state(&mut tx, proposal.package_id, Some(id), ProposalState::Declined, services.now()).await?;
    record(&mut tx, services, "proposal.decline", &proposal).await?;
    commit(tx).await
}

async fn open(services: &Services, caller: &Caller, id: ProposalId) -> Result<(IspTx, Proposal)> {
    require(caller, if seller(caller).is_some() { Permission::PackagesRetail } else { Permission::PackagesEdit })?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let proposal = packages::lock_proposal(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let package = packages::find(&mut tx, proposal.package_id, services.today(&isp)).await?.ok_or(Error::NotFound)?;
    own(caller, package.seller.map(|(id, _)| id))?;
    if proposal.state != ProposalState::Open {
        return Err(Error::Conflict(Problem::new("", "problem-proposal-decided")));
    }
    Ok((tx, proposal))
}

/// The job's body. Called for one that is not being applied it changes nothing.
pub async fn apply_proposal(services: &Services, caller: &Caller, id: ProposalId) -> Result<()> {
    let isp = services.isp(caller.isp_id).await?;
    loop {
        let (now, today) = (services.now(), services.today(&isp));
        let mut tx = services.begin(caller).await?;
        let Some(proposal) = packages::lock_proposal(&mut tx, id).await?.filter(|found| found.state == ProposalState::Applying) else {
            return Ok(());
        };
        let faster = [TermsField::Up, TermsField::Down].iter().any(|field| proposal.fields.contains(field));
        // Lines that are put on the package from here on wait for this transaction.
        packages::lock(&mut tx, proposal.package_id).await?;
        if faster && packages::keep_speed(&mut tx, &proposal, isp.zone.name(), today, now, BATCH).await? > 0 {
            tx.commit().await?;
            continue;
        }
        let package = packages::find(&mut tx, proposal.package_id, today).await?.ok_or(Error::NotFound)?;
        let terms = inherit(&package.terms, &proposal.after, &package.overridden);
        if !changed(&package.terms, &terms).is_empty() {
            packages::take_terms(&mut tx, package.id, &terms).await?;
        }
        packages::finish_proposal(&mut tx, id, now).await?;
        record(&mut tx, services, "proposal.apply", &proposal).await?;
        return commit(tx).await;
    }
}

async fn record(tx: &mut IspTx, services: &Services, action: &str, proposal: &Proposal) -> Result<()> {
    let change = Change {
        action,
        object_kind: "package",
        object_id: Some(proposal.package_id.0),
        before: super::json(&proposal.before),
        after: super::json(&proposal.after),
        ..Change::default()
    };
    Ok(audit::record(tx, services.now(), change).await?)
}
