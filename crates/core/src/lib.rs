//! The decisions of Hotstart, pure: links, plans, notification rules, menu, view models, settings, texts, ports
