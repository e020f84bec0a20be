use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::arguments::Arguments;
use super::output;

pub(super) fn run(shell: Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "belgie", &mut script);
    print(script)
}

pub(super) fn manual() -> anyhow::Result<()> {
    let mut page = Vec::new();
    let manual = clap_mangen::Man::new(Arguments::command());
    manual
        .render(&mut page)
        .context("cannot write the manual page")?;
    print(page)
}

fn print(text: Vec<u8>) -> anyhow::Result<()> {
    let text = String::from_utf8(text)?;
    text.lines().try_for_each(output::raw)
}
