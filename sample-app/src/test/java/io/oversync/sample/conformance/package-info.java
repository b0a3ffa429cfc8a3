/**
 * Runs the conformance cases.
 */
@NullMarked
package io.oversync.sample.conformance;

import org.jspecify.annotations.NullMarked;
