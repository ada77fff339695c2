//! Which operation a REST request means: the table in `routes.txt`, which `routes.py` writes from AWS's own descriptions.

use serde_json::{Value, json};
use std::sync::OnceLock;

/// A line of the table.
struct Route {
    service: &'static str,
    method: &'static str,
    path: Vec<&'static str>,
    /// What the query must have: `List=ALL` tells the configurations of all versions from that of one.
    query: Vec<(&'static str, &'static str)>,
    operation: &'static str,
}

/// The name of the operation (`apigateway:GetStages`) that a request to this service (as it is signed for) means, with the
/// path's parameters among its input. Empty where the table has none.
pub fn name(service: &str, method: &str, path: &str, input: &mut Value) -> String {
    let asked: Vec<&str> = path.trim_matches('/').split('/').collect();
    let fitting = table().iter().filter(|route| route.service == service && route.method == method && route.fits(&asked));
    let fitting = fitting.filter(|route| route.query.iter().all(|(key, value)| input[key].as_str().is_some_and(|asked| asked == *value)));
    // Of `/analyzer/{name}` and `/analyzer/archive` the one that says more is meant.
    let says_little = |route: &&Route| (route.parameters().count(), usize::MAX - route.query.len());
    let Some(route) = fitting.min_by_key(says_little) else { return String::new() };
    for (position, parameter) in route.parameters() {
        let value = if parameter.ends_with('+') { asked[position..].join("/") } else { asked[position].to_owned() };
        let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned();
        input[parameter.trim_end_matches('+')] = json!(value);
    }
    format!("{service}:{}", route.operation)
}

impl Route {
    fn fits(&self, asked: &[&str]) -> bool {
        let greedy = self.path.last().is_some_and(|part| part.ends_with("+}"));
        (asked.len() == self.path.len() || greedy && asked.len() > self.path.len())
            && self.path.iter().zip(asked).all(|(part, asked)| part.starts_with('{') && !asked.is_empty() || part == asked)
    }

    /// The names of the parameters with their places.
    fn parameters(&self) -> impl Iterator<Item = (usize, &'static str)> {
        let named = |part: &&'static str| part.strip_prefix('{')?.strip_suffix('}');
        self.path.iter().enumerate().filter_map(move |(position, part)| Some((position, named(part)?)))
    }
}

fn table() -> &'static [Route] {
    static TABLE: OnceLock<Vec<Route>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let line = |line: &'static str| {
            let [service, method, path, operation] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("routes.txt: {line}") };
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            let query = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
            Route { service, method, path: path.trim_matches('/').split('/').collect(), query, operation }
        };
        include_str!("routes.txt").lines().map(line).collect()
    })
}
