/**
 * The engine's façade.
 */
@NullMarked
package io.oversync.internal.service;

import org.jspecify.annotations.NullMarked;
