//! What a program holds, measured in its own process.

use super::program::Node;

/// Forgets the peak of the process's memory, and returns what it holds now, in KiB.
pub(crate) fn reset_peak(node: &Node) -> u64 {
    // 5 is the peak (proc(5), `/proc/pid/clear_refs`).
    std::fs::write(format!("/proc/{}/clear_refs", node.id()), "5").unwrap();
    resident(node, "VmRSS:")
}

/// Reads an amount from the process's status, in KiB.
pub(crate) fn resident(node: &Node, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
