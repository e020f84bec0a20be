//! Which files of a crate import which, read from their sources.

use std::collections::{BTreeMap, BTreeSet};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ItemMod, ItemUse, Macro, Meta, Token, UseTree, Visibility};

type Names = Vec<String>;
/// The modules of a crate by their paths; that of the root is empty.
pub(crate) type Modules = BTreeMap<Names, Module>;

/// The paths that a file names. A re-export leads on to what it names, but does not count as a use of it.
#[derive(Default)]
pub(crate) struct Module {
    file: String,
    imports: BTreeMap<String, Names>,
    used: Vec<Names>,
}

impl Module {
    fn import(&mut self, tree: &UseTree, mut path: Names, is_reexport: bool) {
        let (name, alias) = match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                return self.import(&tree.tree, path, is_reexport);
            }
            UseTree::Group(group) => {
                let each = |tree| self.import(tree, path.clone(), is_reexport);
                return group.items.iter().for_each(each);
            }
            UseTree::Name(tree) => (&tree.ident, &tree.ident),
            UseTree::Rename(tree) => (&tree.ident, &tree.rename),
            UseTree::Glob(_) => return self.used.push(path),
        };
        let alias = match path.last() {
            Some(last) if alias == "self" => last.clone(),
            _ => alias.to_string(),
        };
        path.push(name.to_string());
        if !is_reexport {
            self.used.push(path.clone());
        }
        self.imports.insert(alias, path);
    }
}

impl Visit<'_> for Module {
    fn visit_item_use(&mut self, item: &ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, Names::new(), is_reexport);
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        let is_for_tests = |meta: &Meta| {
            meta.path().is_ident("cfg")
                && (meta.require_list()).is_ok_and(|list| list.tokens.to_string() == "test")
        };
        if !item.attrs.iter().any(|it| is_for_tests(&it.meta)) {
            visit::visit_item_mod(self, item);
        }
    }

    /// `pub(super)` names a module, but uses nothing of it.
    fn visit_visibility(&mut self, _: &Visibility) {}

    fn visit_path(&mut self, path: &syn::Path) {
        let names = path.segments.iter().map(|it| it.ident.to_string());
        self.used.push(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &Macro) {
        let arguments = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        for argument in arguments.iter().flatten() {
            self.visit_expr(argument);
        }
    }
}

/// Reads files that are named by their paths below `src`.
pub(crate) fn modules(files: &BTreeMap<String, String>) -> Modules {
    let module = |(file, text): (&String, &String)| {
        let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
        let names = path.split('/').filter(|it| !["lib", "main"].contains(it));
        let mut module = Module {
            file: file.clone(),
            ..Module::default()
        };
        module.visit_file(&syn::parse_file(text).unwrap());
        (names.map(str::to_owned).collect(), module)
    };
    files.iter().map(module).collect()
}

/// Follows a path, through at most so many imports, to the file of what it names, if that is in the same crate.
fn file<'m>(modules: &'m Modules, from: &Names, path: &[String], imports: u8) -> Option<&'m str> {
    let mut at = from.clone();
    for (index, name) in path.iter().enumerate() {
        let child = [at.as_slice(), std::slice::from_ref(name)].concat();
        match name.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => drop(at.pop()),
            _ if modules.contains_key(&child) => at = child,
            _ => {
                let Some(import) = modules.get(&at)?.imports.get(name) else {
                    // A name that is neither a module nor imported is defined here or, at the front, another crate.
                    return (index > 0).then(|| modules[&at].file.as_str());
                };
                let path = [import, &path[index + 1..]].concat();
                return file(modules, &at, &path, imports.checked_sub(1)?);
            }
        }
    }
    Some(&modules.get(&at)?.file)
}

/// Returns which files each file imports.
pub(crate) fn arrows(modules: &Modules) -> BTreeMap<&str, BTreeSet<&str>> {
    let imported = |(path, module): (&Names, &Module)| {
        let files = module
            .used
            .iter()
            .filter_map(|it| file(modules, path, it, 8));
        files.filter(|file| *file != module.file).collect()
    };
    let each = modules.iter();
    each.map(|it| (it.1.file.as_str(), imported(it))).collect()
}
