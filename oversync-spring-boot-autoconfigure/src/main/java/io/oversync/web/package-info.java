/**
 * What an application tells the endpoints, and its Spring Security, about who is asking.
 */
@NullMarked
package io.oversync.web;

import org.jspecify.annotations.NullMarked;
