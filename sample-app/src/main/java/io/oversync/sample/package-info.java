/**
 * The sample: an ordinary Spring Boot application that syncs.
 */
@NullMarked
package io.oversync.sample;

import org.jspecify.annotations.NullMarked;
