/** Expressions nested deeper than this are not read: far above any hand-written file, far below the call stack. */
export const NESTING_DEPTH_MAX = 200;

/** Files longer than this (UTF-16 units) are not read: generated dumps, not configuration. */
export const FILE_LENGTH_MAX = 8_000_000;

/** References followed inside one another (local → variable → module argument …) before a value counts as unknown. */
export const REFERENCE_DEPTH_MAX = 250;

/** Expression nodes evaluated for one configuration before everything further counts as unknown. */
export const EVALUATION_STEPS_MAX = 5_000_000;

/** Elements of one list or map that an expression may produce. */
export const COLLECTION_ITEMS_MAX = 10_000;

/** Characters of one string that an expression may produce. */
export const STRING_LENGTH_MAX = 1_000_000;

/** Instances of one `count` or `for_each`. */
export const INSTANCES_PER_BLOCK_MAX = 10_000;

/** Resource instances of a whole configuration. */
export const INSTANCES_MAX = 50_000;

/** Modules called inside one another. */
export const MODULE_DEPTH_MAX = 30;

/** Attribute values that are indexed to tell what else a token decides. */
export const INDEXED_VALUES_MAX = 500_000;

/** Scalar values taken from one attribute's collections. */
export const LEAVES_PER_ATTRIBUTE_MAX = 10_000;

/** Expressions and references evaluated inside one another, all kinds together: bounds the call stack. */
export const EVALUATION_DEPTH_MAX = 1_000;
