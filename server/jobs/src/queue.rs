//! Bodies of queued jobs. Each says what it is for, does one use case, and may run again after a crash.

use chrono::NaiveDate;
use domain::people::Caller;
use domain::{ImportId, IspId, MoveId, ProposalId, ProvisionRunId, RolloutId, RouterMoveId};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};
use services::Services;

/// Lets the queue carry our state; it wants to be able to print it, which would print nothing good.
#[derive(Clone)]
pub(crate) struct State(pub Services);

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("State")
    }
}

fn services(context: &WorkerContext) -> Result<Services, String> {
    context.get_ext::<State>().map(|state| state.0.clone()).ok_or_else(|| "the queue was started without its state".to_string())
}

/// Somebody pressed "run billing now".
#[derive(Serialize, Deserialize)]
pub(crate) struct BillingRun {
    isp_id: IspId,
    business_date: NaiveDate,
}

impl TaskHandler for BillingRun {
    const IDENTIFIER: &'static str = "billing.run";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, "billing.run");
        services::billing::run_billing(&services, &caller, self.business_date).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// An import that was started on its page.
#[derive(Serialize, Deserialize)]
pub(crate) struct ImportRun {
    isp_id: IspId,
    import_id: ImportId,
}

impl TaskHandler for ImportRun {
    const IDENTIFIER: &'static str = "import.run";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, "import.run");
        services::imports::run(&services, &caller, self.import_id).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// Somebody asked for many invoices at once.
#[derive(Serialize, Deserialize)]
pub(crate) struct DocumentBatch {
    isp_id: IspId,
    batch_id: uuid::Uuid,
}

impl TaskHandler for DocumentBatch {
    const IDENTIFIER: &'static str = services::documents::BATCH_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, "documents.batch");
        services::documents::run_batch(&services, &caller, self.batch_id).await.map_err(|error| error.to_string())
    }
}

/// An import that is taken back.
#[derive(Serialize, Deserialize)]
pub(crate) struct ImportUndo {
    isp_id: IspId,
    import_id: ImportId,
}

impl TaskHandler for ImportUndo {
    const IDENTIFIER: &'static str = "import.undo";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, "import.undo");
        services::imports::undo(&services, &caller, self.import_id).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// Everybody of one package on to another.
#[derive(Serialize, Deserialize)]
pub(crate) struct PackageMove {
    isp_id: IspId,
    move_id: MoveId,
}

impl TaskHandler for PackageMove {
    const IDENTIFIER: &'static str = services::packages::MOVE_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, services::packages::MOVE_TASK);
        services::packages::run_move(&services, &caller, self.move_id).await.map_err(|error| error.to_string())
    }
}

/// Many lines held down or let up.
#[derive(Serialize, Deserialize)]
pub(crate) struct BulkOfCustomers {
    isp_id: IspId,
    job_id: uuid::Uuid,
}

impl TaskHandler for BulkOfCustomers {
    const IDENTIFIER: &'static str = services::customers::BULK_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, services::customers::BULK_TASK);
        services::customers::run_bulk(&services, &caller, self.job_id).await.map_err(|error| error.to_string())
    }
}

/// A package that follows its changed master.
#[derive(Serialize, Deserialize)]
pub(crate) struct ApplyProposal {
    isp_id: IspId,
    proposal_id: ProposalId,
}

impl TaskHandler for ApplyProposal {
    const IDENTIFIER: &'static str = services::packages::PROPOSAL_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, services::packages::PROPOSAL_TASK);
        services::packages::apply_proposal(&services, &caller, self.proposal_id).await.map_err(|error| error.to_string())
    }
}

/// A router that is being set up from a template. When it is away the job asks for itself again.
#[derive(Serialize, Deserialize)]
pub(crate) struct ProvisionRun {
    isp_id: IspId,
    run_id: ProvisionRunId,
}

impl TaskHandler for ProvisionRun {
    const IDENTIFIER: &'static str = services::provisioning::RUN_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, services::provisioning::RUN_TASK);
        services::provisioning::run(&services, &caller, self.run_id).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// A router whose subscribers are being moved to RADIUS. While they dial in, and while it is away, the job asks for itself
/// again.
#[derive(Serialize, Deserialize)]
pub(crate) struct RouterMove {
    isp_id: IspId,
    move_id: RouterMoveId,
}

impl TaskHandler for RouterMove {
    const IDENTIFIER: &'static str = services::router_moves::RUN_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, services::router_moves::RUN_TASK);
        services::router_moves::run(&services, &caller, self.move_id).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// A template for many routers: reads what would happen, then has them take turns. It asks for itself again until all are
/// through.
#[derive(Serialize, Deserialize)]
pub(crate) struct RolloutRun {
    isp_id: IspId,
    rollout_id: RolloutId,
}

impl TaskHandler for RolloutRun {
    const IDENTIFIER: &'static str = services::provisioning::ROLLOUT_TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let services = services(&context)?;
        let caller = Caller::system(self.isp_id, services::provisioning::ROLLOUT_TASK);
        services::provisioning::run_rollout(&services, &caller, self.rollout_id).await.map(|_| ()).map_err(|error| error.to_string())
    }
}
