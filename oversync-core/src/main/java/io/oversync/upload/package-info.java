/**
 * Uploads: validate, load the facts, plan as a pure function, write.
 */
@NullMarked
package io.oversync.internal.upload;

import org.jspecify.annotations.NullMarked;
