/**
 * The SQL of the sync schema.
 */
@NullMarked
package io.oversync.store;

import org.jspecify.annotations.NullMarked;
