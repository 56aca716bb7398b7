//! The patterns as a tree, each node with the longest proper suffix of it that the tree has, too.

use super::LexiconError;

/// The beginning of a pattern.
#[derive(Debug)]
pub(super) struct Node {
    /// How many bytes it has, a pattern that begins so, and the last byte.
    pub(super) depth: u16,
    pub(super) pattern: u32,
    pub(super) last: Option<u8>,
    /// Whether a pattern ends here, or in a suffix of this.
    pub(super) ends: bool,
    /// The longest suffix.
    pub(super) fail: usize,
    first: u32,
    sibling: u32,
}

const ROOT: usize = 0;
/// The root is nobody's child.
const NONE: u32 = 0;

#[derive(Debug)]
pub(super) struct Trie {
    pub(super) nodes: Vec<Node>,
    /// The nodes by their depth.
    order: Vec<usize>,
    /// The patterns that end in a node, by node and then by number.
    own: Vec<(usize, u32)>,
}

impl Trie {
    pub(super) fn new(patterns: &[Vec<u8>]) -> Result<Self, LexiconError> {
        let mut trie = Self { nodes: Vec::new(), order: Vec::new(), own: Vec::new() };
        trie.add(0, 0, None, NONE);
        for (number, pattern) in (0..).zip(patterns) {
            let mut at = ROOT;
            for (depth, &byte) in (1..).zip(pattern) {
                at = match trie.child(at, byte) {
                    Some(child) => child,
                    None => {
                        let child = trie.nodes.len();
                        let sibling = trie.nodes.get(at).map_or(NONE, |node| node.first);
                        trie.add(depth, number, Some(byte), sibling);
                        let link = u32::try_from(child).map_err(|_| LexiconError::TooLarge)?;
                        if let Some(node) = trie.nodes.get_mut(at) {
                            node.first = link;
                        }
                        child
                    }
                };
            }
            if let Some(node) = trie.nodes.get_mut(at).filter(|_| at != ROOT) {
                node.ends = true;
                trie.own.push((at, number));
            }
        }
        trie.own.sort_unstable();
        trie.link();
        Ok(trie)
    }

    fn add(&mut self, depth: u16, pattern: u32, last: Option<u8>, sibling: u32) {
        self.nodes.push(Node { depth, pattern, last, ends: false, fail: ROOT, first: NONE, sibling });
    }

    /// The children of a node, and the bytes that lead to them.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = (u8, usize)> {
        let mut next = self.nodes.get(node).map_or(NONE, |node| node.first);
        std::iter::from_fn(move || {
            let at = (next != NONE).then_some(next as usize)?;
            let child = self.nodes.get(at)?;
            next = child.sibling;
            Some((child.last?, at))
        })
    }

    fn child(&self, node: usize, byte: u8) -> Option<usize> {
        self.children(node).find(|(other, _)| *other == byte).map(|(_, child)| child)
    }

    /// The longest suffix of a node and `byte` after it.
    pub(super) fn next(&self, mut node: usize, byte: u8) -> usize {
        loop {
            match self.child(node, byte) {
                Some(child) => return child,
                None if node == ROOT => return ROOT,
                None => node = self.nodes.get(node).map_or(ROOT, |node| node.fail),
            }
        }
    }

    fn link(&mut self) {
        self.order.push(ROOT);
        let mut at = 0;
        while let Some(&parent) = self.order.get(at) {
            let children: Vec<_> = self.children(parent).collect();
            let suffix = self.nodes.get(parent).map_or(ROOT, |node| node.fail);
            for (byte, child) in children {
                let fail = if parent == ROOT { ROOT } else { self.next(suffix, byte) };
                let inherited = self.nodes.get(fail).is_some_and(|fail| fail.ends);
                if let Some(node) = self.nodes.get_mut(child) {
                    node.fail = fail;
                    node.ends |= inherited;
                }
                self.order.push(child);
            }
            at += 1;
        }
    }

    /// Every node after its suffixes.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.order.iter().filter_map(|number| Some((*number, self.nodes.get(*number)?)))
    }

    /// The patterns that end in a node, the longest first.
    pub(super) fn ending(&self, node: usize) -> impl Iterator<Item = u32> {
        let ending = |node: &Node| node.ends;
        let mut next = Some(node);
        std::iter::from_fn(move || {
            let at = next?;
            let suffix = self.nodes.get(at)?.fail;
            next = (suffix != ROOT && self.nodes.get(suffix).is_some_and(ending)).then_some(suffix);
            Some(at)
        })
        .flat_map(|node| {
            let from = self.own.partition_point(|(other, _)| *other < node);
            let own = self.own.get(from..).unwrap_or_default();
            own.iter().take_while(move |(other, _)| *other == node).map(|(_, pattern)| *pattern)
        })
    }
}
