//! Stage 2: resources → an indexed inventory with relations, environments and owners. Pure.
