use super::view::KeyView;
use crate::cli::output;
use crate::cli::start::Start;

const HEADINGS: &str =
    "kid                                   alg    state      created               signs from";

pub(super) async fn run(start: Start, json: bool) -> anyhow::Result<()> {
    let auth = start.open().await?;
    let mut list = output::List::begin(json, HEADINGS)?;
    for (key, state) in auth.access_tokens().keys().await? {
        let view = KeyView::new(&key, state);
        list.item(&view, || row(&view))?;
    }
    list.end("no keys: the first access token makes one")
}

fn row(view: &KeyView) -> String {
    let KeyView {
        kid,
        alg,
        state,
        created_at,
        signs_from,
    } = view;
    format!("{kid}  {alg:5}  {state:9}  {created_at}  {signs_from}")
}
