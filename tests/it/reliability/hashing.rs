//! More passwords than the server can compare.

use std::fs;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;

use crate::support::browser::{Browser, client};
use crate::support::memory::{reset_peak, resident};
use crate::support::program::Node;
use crate::support::site::{Kind, Site};

const HASH_KIB: u64 = 19 * 1024;
/// Sign-ins for each thread, in each calm phase.
const SIGN_INS: usize = 20;
const ROUNDS: usize = 3;
/// How many times more sign-ins a storm begins than the threads can do.
const EXCESS: usize = 10;

/// What became of one request, and how long it took.
#[derive(Clone, Copy, Debug)]
struct Answer {
    status: u16,
    took: Duration,
    may_come_again: bool,
}

/// A server with one user and no rate limits.
struct Setup {
    node: Node,
    jane: Browser,
    client: Client,
    _site: Site,
}

impl Setup {
    async fn new() -> Self {
        let mut site = Site::without_limits(Kind::Sqlite).await;
        site.set("PASSWORD_REGISTRATION", "true");
        // The session that is checked stays, however often its user signs in.
        site.set("SESSIONS_PER_USER", "1000");
        let (node, jane) = (site.node().await, Browser::new());
        let register = jane.request(Method::POST, node.url("/auth/register"));
        let registered = register.json(&credentials()).send().await.unwrap();
        assert_eq!(registered.status(), 201);
        Self {
            node,
            jane,
            client: client(),
            _site: site,
        }
    }

    fn sign_in(&self) -> impl Future<Output = Answer> + Send + use<> {
        let request = self.client.post(self.node.url("/auth/login"));
        timed(request.json(&credentials()))
    }

    /// Signs in again and again, with one more request under way than there are threads; returns the processor time of
    /// the threads for each sign-in, and how long one lasts.
    async fn calm(&self) -> (Duration, Duration) {
        let (threads, begun) = (hash_threads(), Instant::now());
        let (before, mut done) = (self.time_hashing(), 0);
        while done < SIGN_INS * threads {
            let together = (0..=threads).map(|_| self.sign_in());
            let answers = futures_util::future::join_all(together).await;
            assert!(answers.iter().all(|answer| answer.status == 200));
            done += answers.len();
        }
        let spent = self.time_hashing().saturating_sub(before);
        (spent / count(done), begun.elapsed() / count(done))
    }

    /// Begins sign-ins at so many times the rate of calm ones, and checks sessions meanwhile.
    async fn storm(&self, calm: Duration) -> Storm {
        let offered = EXCESS * SIGN_INS * hash_threads();
        let before = self.time_hashing();
        let mut ticks = tokio::time::interval(calm / count(EXCESS));
        let (mut begun, mut checks) = (Vec::new(), Vec::new());
        for number in 0..offered {
            ticks.tick().await;
            begun.push(tokio::spawn(self.sign_in()));
            if number % EXCESS == 0 {
                let check = self.jane.request(Method::GET, self.node.url("/api/me"));
                checks.push(tokio::spawn(timed(check)));
            }
        }
        let answers = all(begun).await;
        let good = of_status(&answers, 200);
        let spent = self.time_hashing().saturating_sub(before);
        Storm {
            hashing: spent / count(good.len().max(1)),
            checks: all(checks).await,
            answers,
        }
    }

    /// The processor time of the threads for hashes until now.
    fn time_hashing(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.node.id())).unwrap();
        let tasks = tasks.map(|task| task.unwrap().path());
        let hashing = tasks.filter(|task| {
            let name = fs::read_to_string(task.join("comm")).unwrap();
            name.starts_with("belgie-hash")
        });
        let nanoseconds = hashing.map(|task| {
            let times = fs::read_to_string(task.join("schedstat")).unwrap();
            let running = times.split(' ').next().unwrap();
            running.parse::<u64>().unwrap()
        });
        Duration::from_nanos(nanoseconds.sum())
    }
}

/// What a storm of sign-ins showed.
struct Storm {
    answers: Vec<Answer>,
    checks: Vec<Answer>,
    /// The processor time of the threads for each sign-in that succeeded.
    hashing: Duration,
}

fn credentials() -> serde_json::Value {
    json!({"email": "jane@example.com", "password": "correct horse battery staple"})
}

/// As the program chooses by default.
fn hash_threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).clamp(1, 4)
}

async fn timed(request: RequestBuilder) -> Answer {
    let begun = Instant::now();
    let answer = request.send().await.unwrap();
    Answer {
        status: answer.status().as_u16(),
        took: begun.elapsed(),
        may_come_again: answer.headers().get("retry-after").is_some(),
    }
}

async fn all(begun: Vec<tokio::task::JoinHandle<Answer>>) -> Vec<Answer> {
    let ended = futures_util::future::join_all(begun).await;
    ended.into_iter().map(Result::unwrap).collect()
}

fn of_status(answers: &[Answer], status: u16) -> Vec<Answer> {
    let such = answers.iter().filter(|answer| answer.status == status);
    such.copied().collect()
}

fn median(times: impl IntoIterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.into_iter().collect();
    times.sort();
    times[times.len() / 2]
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap()
}

/// Goodput is measured in processor time, which does not depend on what else the machine does: sign-ins are only refused
/// while the threads are busy, so the goodput is the capacity times the part of their work that ends in a sign-in.
#[tokio::test]
async fn rel_16_a_storm_of_sign_ins_wastes_no_hashes_and_delays_no_session() {
    let setup = Setup::new().await;
    let (mut calm, mut stormy) = (Vec::new(), Vec::new());
    let (mut answers, mut checks) = (Vec::new(), Vec::new());

    for _ in 0..ROUNDS {
        let (hashing, each) = setup.calm().await;
        let storm = setup.storm(each).await;
        calm.push(hashing);
        stormy.push(storm.hashing);
        answers.extend(storm.answers);
        checks.extend(storm.checks);
    }

    let (good, refused) = (of_status(&answers, 200), of_status(&answers, 503));
    assert_eq!(good.len() + refused.len(), answers.len());
    assert!(refused.len() > good.len(), "{} were refused", refused.len());
    assert!(refused.iter().all(|answer| answer.may_come_again));
    assert!(checks.iter().all(|check| check.status == 200));
    // Neither a refusal nor the check of a session waits in the queue of the sign-ins.
    let [good, refused, checks] = [good, refused, checks].map(|answers| {
        let times = answers.iter().map(|answer| answer.took);
        median(times)
    });
    assert!(
        refused < good && checks < good,
        "{good:?} {refused:?} {checks:?}"
    );
    // `bench/run` shows that it is 80 % and better; here other tests disturb the memory that hashes work in.
    let (calm, stormy) = (median(calm), median(stormy));
    assert!(stormy < calm * 3 / 2, "{stormy:?} instead of {calm:?}");
}

#[tokio::test]
async fn rel_17_a_storm_of_sign_ins_takes_the_memory_of_the_threads_alone() {
    let setup = Setup::new().await;
    let (_, each) = setup.calm().await;
    let before = reset_peak(&setup.node);

    let storm = setup.storm(each).await;

    // The threads have hashed before, and keep their memory. 200 hashes at once would take 3.7 GiB.
    let more = resident(&setup.node, "VmHWM:").saturating_sub(before);
    assert!(!of_status(&storm.answers, 503).is_empty());
    assert!(more < 2 * HASH_KIB, "{before} KiB, and {more} KiB more");
    let threads = u64::try_from(hash_threads()).unwrap();
    let held = resident(&setup.node, "RssAnon:");
    assert!(held > threads * HASH_KIB, "{held} KiB");
}
