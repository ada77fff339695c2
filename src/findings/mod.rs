//! Stage 4: verdicts × what was known → changes. Pure: fingerprints, lifecycle, waivers, priority.
